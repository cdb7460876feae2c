export { type CloudEvent, checkEvent, eventInvalid } from './event.ts'
export { decodeMessage, encodeBinary, encodeStructured, type HttpMessage } from './http.ts'
