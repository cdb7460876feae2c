import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'

const compile = SerializerSelector()()

/** Makes of an answer's schema what writes such an answer. @throws Error when nothing can be written by this schema */
export function compileAnswer(schema: unknown): (answer: unknown) => string {
  return compile({ schema, method: '', url: '', httpStatus: '' })
}

/**
 * Requests are checked and answers written as their schemas say. What does that is made when a route is first used: a server has
 * hundreds of routes, making it for all of them takes most of its start, and few are ever used by one process.
 */
export function compileWhenUsed(app: FastifyInstance): void {
  app.setValidatorCompiler<TypeBoxTypeProvider>((route) => whenUsed(() => TypeBoxValidatorCompiler(route)))
  app.setSerializerCompiler(({ schema }) => whenUsed(() => compileAnswer(schema)))
}

function whenUsed<Given, Result>(make: () => (given: Given) => Result): (given: Given) => Result {
  let made: ((given: Given) => Result) | undefined
  return (given) => {
    made ??= make()
    return made(given)
  }
}
