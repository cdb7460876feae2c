import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { page } from '@millrace/base'
import { problems } from '@millrace/http'
import { EquipmentId, equipmentMissing } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import {
  Bill,
  BillItems,
  billLoops,
  codeTaken,
  MaterialDefinition,
  MaterialDetail,
  MaterialId,
  MaterialQuery,
  materialMissing,
  NewMaterial,
  quantityInvalid,
  SitePolicy,
  sourceInvalid,
  tooManyMaterials,
} from './contract.ts'
import { changeMaterial, createMaterial, getMaterial, listMaterials, setBill } from './definitions.ts'
import { listPolicies, setPolicy } from './policies.ts'

const oneMaterial = Type.Object({ id: MaterialId })

/** Materials, their bills, and how sites come by them. Mounted at /api/v1/materials. */
export const definitionRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/definitions',
    {
      config: { permission: 'materials:definition:read' },
      schema: {
        operationId: 'listMaterials',
        summary: 'The materials of the company, by code',
        querystring: MaterialQuery,
        response: { 200: page(MaterialDefinition), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => listMaterials(ctx, request.query)),
  )

  app.post(
    '/definitions',
    {
      config: { permission: 'materials:definition:write' },
      schema: {
        operationId: 'createMaterial',
        summary: 'Add a material',
        body: NewMaterial,
        response: { 201: MaterialDefinition, ...problems(forbidden, codeTaken, tooManyMaterials) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createMaterial(ctx, request.body))),
  )

  app.get(
    '/definitions/:id',
    {
      config: { permission: 'materials:definition:read' },
      schema: {
        operationId: 'getMaterial',
        summary: 'One material with everything it is made of, and what it goes into',
        params: oneMaterial,
        response: { 200: MaterialDetail, ...problems(materialMissing) },
      },
    },
    (request) => app.inContext(request, (ctx) => getMaterial(ctx, request.params.id)),
  )

  app.put(
    '/definitions/:id',
    {
      config: { permission: 'materials:definition:write' },
      schema: {
        operationId: 'changeMaterial',
        summary: 'Say anew what a material is',
        params: oneMaterial,
        body: NewMaterial,
        response: { 200: MaterialDefinition, ...problems(materialMissing, forbidden, codeTaken) },
      },
    },
    (request) => app.inContext(request, (ctx) => changeMaterial(ctx, request.params.id, request.body)),
  )

  app.put(
    '/definitions/:id/bill',
    {
      config: { permission: 'materials:definition:write' },
      schema: {
        operationId: 'setBill',
        summary: 'Say anew what a material is made of',
        params: oneMaterial,
        body: BillItems,
        response: { 200: Bill, ...problems(materialMissing, forbidden, quantityInvalid, billLoops) },
      },
    },
    (request) => app.inContext(request, (ctx) => setBill(ctx, request.params.id, request.body.items)),
  )

  app.get(
    '/policies',
    {
      config: { permission: 'materials:stock:read' },
      schema: {
        operationId: 'listPolicies',
        summary: 'How a site comes by its materials',
        querystring: Type.Object({ siteId: EquipmentId }, { additionalProperties: false }),
        response: { 200: Type.Object({ items: Type.Array(SitePolicy) }), ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await listPolicies(ctx, request.query.siteId) })),
  )

  app.put(
    '/policies',
    {
      config: { permission: 'materials:supply:write' },
      schema: {
        operationId: 'setPolicy',
        summary: 'Say how a site comes by a material',
        body: SitePolicy,
        response: {
          200: SitePolicy,
          ...problems(equipmentMissing, materialMissing, forbidden, sourceInvalid, quantityInvalid),
        },
      },
    },
    (request) => app.inContext(request, (ctx) => setPolicy(ctx, request.body)),
  )
}
