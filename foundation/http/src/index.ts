export type { RouteOptions } from 'fastify'
export { type App, createApp, factsOf, type RoutePermission } from './app.ts'
export { compileAnswer } from './compilers.ts'
export { parseJsonBody } from './json-body.ts'
export { streamEvents } from './live-route.ts'
export {
  type Act,
  type Authenticator,
  defineModule,
  type Module,
  type Narrowing,
  type RequestFacts,
  type StepUp,
  type Topic,
} from './module.ts'
export { type ProblemDocument, problems, routeMissing, sendProblem, signInNeeded } from './problem-reply.ts'
export { type SlowRead, SlowReads } from './slow-reads.ts'
