import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { parseJsonBody, routeMissing } from '@millrace/http'
import type { Context } from '@millrace/runtime'
import {
  type Complex,
  notImplemented,
  resourceTypes,
  schemaDocuments,
  serviceProviderConfig,
  syntaxInvalid,
  valueInvalid,
  type Wanted,
} from '@millrace/scim'
import type { FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { SCIM_PATH } from './scim-contract.ts'
import { groups } from './scim-groups.ts'
import type { ListQuery } from './scim-list.ts'
import { refuse, SCIM_TYPE } from './scim-refuse-routes.ts'
import { namesVersion } from './scim-rules.ts'
import { type Condition, type Tagged, users } from './scim-users.ts'

const ACCEPTED = [SCIM_TYPE, 'application/json']
const PERMISSION = { permission: 'identity:person:provision', accepts: ACCEPTED } as const

// Identity providers send what they like beside what the standard names: what is not kept is left out, not refused.
const open = { additionalProperties: true }
const Resource = Type.Object({ schemas: Type.Array(Type.String()) }, open)
const Failure = Type.Object(
  {
    schemas: Type.Array(Type.String()),
    status: Type.String(),
    scimType: Type.Optional(Type.String()),
    detail: Type.String(),
    code: Type.String(),
  },
  { ...open, description: 'RFC 7644 §3.12, with our own code of the problem' },
)
const Body = Type.Object({}, open)
const ById = Type.Object({ id: Type.String({ maxLength: 100 }) }, open)
const Projection = {
  attributes: Type.Optional(Type.String({ maxLength: 2000 })),
  excludedAttributes: Type.Optional(Type.String({ maxLength: 2000 })),
}
const Query = Type.Object(Projection, open)
const List = Type.Object(
  {
    ...Projection,
    filter: Type.Optional(Type.String()),
    sortBy: Type.Optional(Type.String({ maxLength: 200 })),
    sortOrder: Type.Optional(Type.String({ maxLength: 20 })),
    startIndex: Type.Optional(Type.Unknown()),
    count: Type.Optional(Type.Unknown()),
  },
  open,
)
const Search = Type.Object(
  {
    ...List.properties,
    attributes: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 100 })),
    excludedAttributes: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 100 })),
  },
  open,
)

function described(operationId: string, summary: string, status: 200 | 201 | 204 = 200): FastifySchema {
  return {
    ...{ operationId, summary, consumes: [SCIM_TYPE], produces: [SCIM_TYPE] },
    response: { [status]: status === 204 ? Type.Null() : Resource, '4xx': Failure, '5xx': Failure },
  }
}

/** Mounted at /api/v1/identity/scim/v2: RFC 7644 for identity providers. */
export const scimRoutes: FastifyPluginAsyncTypebox = async (app) => {
  // The same strict parser for both names of JSON. Clients put the type on requests without a body, too.
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser(ACCEPTED, { parseAs: 'buffer' }, async (_: unknown, body: Buffer) =>
    body.length === 0 ? undefined : parseJsonBody(body),
  )
  app.setErrorHandler((error, request, reply) => refuse(app.runtime, error, request, reply))
  app.setNotFoundHandler((request, reply) => {
    const { pathname } = new URL(request.url, 'http://localhost')
    const offered = !/\/(Bulk|Me)$/.test(pathname)
    const problem = offered ? routeMissing('There is nothing here.') : notImplemented('This is not offered here.')
    return refuse(app.runtime, problem, request, reply)
  })

  app.get(
    '/ServiceProviderConfig',
    {
      config: PERMISSION,
      schema: described('getScimConfig', 'What a provisioning client can expect'),
    },
    (request, reply) => answer(reply, 200, serviceProviderConfig(baseOf(request))),
  )
  for (const [path, noun, documents] of [
    ['ResourceTypes', 'ScimResourceType', resourceTypes],
    ['Schemas', 'ScimSchema', schemaDocuments],
  ] as const) {
    app.get(
      `/${path}`,
      { config: PERMISSION, schema: described(`list${noun}s`, `What is provisioned: ${path}`) },
      (request, reply) => {
        const all = documents(baseOf(request))
        const list = { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'] }
        return answer(reply, 200, {
          ...list,
          totalResults: all.length,
          itemsPerPage: all.length,
          startIndex: 1,
          Resources: all,
        })
      },
    )
    app.get(
      `/${path}/:id`,
      {
        config: PERMISSION,
        schema: { ...described(`get${noun}`, `What is provisioned: one of ${path}`), params: ById },
      },
      (request, reply) => {
        const found = documents(baseOf(request)).find((one) => one.id === request.params.id)
        if (!found) throw routeMissing('There is nothing here.')
        return answer(reply, 200, found)
      },
    )
  }

  resourceRoutes(app, 'User', users)
  resourceRoutes(app, 'Group', groups)
}

/** What a type of resources can do; users and groups do the same. */
interface Service {
  readonly list: (ctx: Context, query: ListQuery, base: string) => Promise<Complex>
  readonly get: (ctx: Context, id: string, wanted: Wanted, base: string) => Promise<Tagged>
  readonly create: (ctx: Context, body: unknown, wanted: Wanted, base: string) => Promise<Tagged>
  readonly replace: (ctx: Context, id: string, body: unknown, condition: Condition, base: string) => Promise<Tagged>
  readonly patch: (ctx: Context, id: string, body: unknown, condition: Condition, base: string) => Promise<Tagged>
  readonly remove: (ctx: Context, id: string, condition: Condition) => Promise<void>
}

function resourceRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0], noun: 'User' | 'Group', service: Service): void {
  const path = `/${noun}s`
  app.get(
    path,
    {
      config: PERMISSION,
      schema: { ...described(`listScim${noun}s`, `${noun}s, filtered and sorted`), querystring: List },
    },
    async (request, reply) => {
      const query = queryOf(request.query)
      return answer(reply, 200, await app.inContext(request, (ctx) => service.list(ctx, query, baseOf(request))))
    },
  )
  app.post(
    `${path}/.search`,
    {
      // A question: it changes nothing.
      config: { ...PERMISSION, trail: 'none' },
      schema: { ...described(`searchScim${noun}s`, `${noun}s, by a filter in the body`), body: Search },
    },
    async (request, reply) => {
      const query = queryOf(request.body)
      return answer(reply, 200, await app.inContext(request, (ctx) => service.list(ctx, query, baseOf(request))))
    },
  )
  app.post(
    path,
    {
      config: PERMISSION,
      schema: { ...described(`createScim${noun}`, `Add a ${noun}`, 201), querystring: Query, body: Body },
    },
    async (request, reply) => {
      const wanted = wantedOf(request.query)
      const made = await app.inContext(request, (ctx) => service.create(ctx, request.body, wanted, baseOf(request)))
      return answerTagged(reply, 201, made)
    },
  )
  app.get(
    `${path}/:id`,
    {
      config: PERMISSION,
      schema: { ...described(`getScim${noun}`, `One ${noun}`), params: ById, querystring: Query },
    },
    async (request, reply) => {
      const wanted = wantedOf(request.query)
      const { id } = request.params
      const found = await app.inContext(request, (ctx) => service.get(ctx, id, wanted, baseOf(request)))
      return answerRead(request, reply, found)
    },
  )
  for (const [method, verb, summary] of [
    ['PUT', 'replace', `Replace what is kept of a ${noun}`],
    ['PATCH', 'patch', `Change a ${noun}`],
  ] as const) {
    app.route({
      ...{ method, url: `${path}/:id`, config: PERMISSION },
      schema: { ...described(`${verb}Scim${noun}`, summary), params: ById, querystring: Query, body: Body },
      handler: async (request, reply) => {
        const condition = conditionOf(request, request.query)
        const { id } = request.params
        const after = await app.inContext(request, (ctx) =>
          service[verb](ctx, id, request.body, condition, baseOf(request)),
        )
        return answerTagged(reply, 200, after)
      },
    })
  }
  app.delete(
    `${path}/:id`,
    {
      config: PERMISSION,
      schema: {
        ...described(`deleteScim${noun}`, `Remove a ${noun}; a person ends and stays in the trail`, 204),
        params: ById,
      },
    },
    async (request, reply) => {
      const condition = conditionOf(request, {})
      await app.inContext(request, (ctx) => service.remove(ctx, request.params.id, condition))
      return reply.code(204).send(null)
    },
  )
}

/** The address before `/Users`, as the client wrote it. */
function baseOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}${SCIM_PATH}`
}

function answer(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).type(SCIM_TYPE).header('cache-control', 'no-store').send(body)
}

function answerTagged(reply: FastifyReply, status: number, { resource, tag }: Tagged): FastifyReply {
  const { location } = (resource.meta ?? {}) as { location?: string }
  reply.header('etag', tag)
  if (status === 201 && location !== undefined) reply.header('location', location)
  return answer(reply, status, resource)
}

/** RFC 7644 §3.14: nothing is sent again that the client has. */
function answerRead(request: FastifyRequest, reply: FastifyReply, found: Tagged): FastifyReply {
  const has = request.headers['if-none-match']
  const version = Number(found.tag.slice(3, -1))
  if (has !== undefined && namesVersion(has, version)) return reply.code(304).header('etag', found.tag).send()
  return answerTagged(reply, 200, found)
}

type Names = string | readonly string[] | undefined

function namesOf(names: Names): readonly string[] | undefined {
  return typeof names === 'string' ? names.split(',') : names
}

function wantedOf(asked: { attributes?: Names; excludedAttributes?: Names }): Wanted {
  const attributes = namesOf(asked.attributes)
  const excludedAttributes = namesOf(asked.excludedAttributes)
  if (attributes && excludedAttributes) throw syntaxInvalid('Ask for attributes or leave some out, not both.')
  return { ...(attributes && { attributes }), ...(excludedAttributes && { excludedAttributes }) }
}

function conditionOf(request: FastifyRequest, asked: { attributes?: Names; excludedAttributes?: Names }): Condition {
  const ifMatch = request.headers['if-match']
  return { ...wantedOf(asked), ...(ifMatch !== undefined && { ifMatch }) }
}

function queryOf(asked: {
  attributes?: Names
  excludedAttributes?: Names
  filter?: string
  sortBy?: string
  sortOrder?: string
  startIndex?: unknown
  count?: unknown
}): ListQuery {
  const { filter, sortBy, sortOrder = 'ascending' } = asked
  if (sortOrder !== 'ascending' && sortOrder !== 'descending') {
    throw valueInvalid('sortOrder is ascending or descending.')
  }
  const startIndex = wholeNumber('startIndex', asked.startIndex)
  const count = wholeNumber('count', asked.count)
  return {
    ...wantedOf(asked),
    sortOrder,
    ...(filter !== undefined && filter !== '' && { filter }),
    ...(sortBy !== undefined && sortBy !== '' && { sortBy }),
    ...(startIndex !== undefined && { startIndex }),
    ...(count !== undefined && { count }),
  }
}

/** A number in an address is text; in a body it is none. */
function wholeNumber(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined
  const number = typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw valueInvalid(`${name} is a whole number.`)
  return Math.min(number, INDEX_MAX)
}

/** More than there can be; far below where a database stops counting. */
const INDEX_MAX = 1_000_000_000
