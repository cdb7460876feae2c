export { type App, createApp, type RoutePermission } from './app.ts'
export { streamEvents } from './live-route.ts'
export { type Authenticator, defineModule, type Module, type RequestFacts, type Topic } from './module.ts'
export { problems, signInNeeded } from './problem-reply.ts'
