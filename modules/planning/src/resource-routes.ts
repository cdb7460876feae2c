import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { EquipmentId, equipmentMissing } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import { changeGroup, removeGroup } from './capacity.ts'
import {
  GroupId,
  groupMissing,
  groupTaken,
  NewOperatorGroup,
  OperatorGroup,
  ProductId,
  ProductUse,
  productInUse,
  productMissing,
  shiftUnknown,
  workUnitMisplaced,
} from './contract.ts'
import { listProductUses, removeProduct } from './products.ts'
import {
  capacityInvalid,
  NewTool,
  Tool,
  ToolId,
  Transports,
  toolInUse,
  toolMissing,
  toolTaken,
  tooManyTools,
  UnitCapacity,
  wayInvalid,
} from './resource-contract.ts'
import { changeTool, createTool, removeTool, setTransports, setUnitCapacity } from './resources.ts'

const atSite = Type.Object({ siteId: EquipmentId }, { additionalProperties: false })
const oneTool = Type.Object({ id: ToolId })
const oneGroup = Type.Object({ id: GroupId })

/** Tools, what machines take at a time, ways between halls; and what is taken away. Mounted at /api/v1/planning. */
export const resourceRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/tools',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'createTool',
        summary: 'Add a kind of tool, mould or fixture',
        body: NewTool,
        response: { 201: Tool, ...problems(equipmentMissing, forbidden, toolTaken, tooManyTools) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createTool(ctx, request.body))),
  )

  app.put(
    '/tools/:id',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'changeTool',
        summary: 'Say anew what a tool is called and how many there are',
        params: oneTool,
        body: NewTool,
        response: { 200: Tool, ...problems(toolMissing, forbidden, toolTaken) },
      },
    },
    (request) => app.inContext(request, (ctx) => changeTool(ctx, request.params.id, request.body)),
  )

  app.delete(
    '/tools/:id',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'removeTool',
        summary: 'Take a tool away that no routing needs',
        params: oneTool,
        response: { 204: Type.Null(), ...problems(toolMissing, forbidden, toolInUse) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => removeTool(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.put(
    '/unit-capacities',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'setUnitCapacity',
        summary: 'Say what a work unit takes at a time: one operation, several, or charges of a furnace',
        body: UnitCapacity,
        response: {
          200: UnitCapacity,
          ...problems(equipmentMissing, forbidden, workUnitMisplaced, capacityInvalid),
        },
      },
    },
    (request) => app.inContext(request, (ctx) => setUnitCapacity(ctx, request.body)),
  )

  app.put(
    '/transports',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'setTransports',
        summary: 'Say anew how long it takes between the areas of a site',
        body: Transports,
        response: { 200: Transports, ...problems(equipmentMissing, forbidden, wayInvalid) },
      },
    },
    (request) => app.inContext(request, (ctx) => setTransports(ctx, request.body)),
  )

  app.put(
    '/operator-groups/:id',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'changeOperatorGroup',
        summary: 'Say anew who a group is and how many of it each shift has',
        params: oneGroup,
        body: NewOperatorGroup,
        response: { 200: OperatorGroup, ...problems(groupMissing, forbidden, shiftUnknown, groupTaken) },
      },
    },
    (request) => app.inContext(request, (ctx) => changeGroup(ctx, request.params.id, request.body)),
  )

  app.delete(
    '/operator-groups/:id',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'removeOperatorGroup',
        summary: 'Take a group of people away',
        params: oneGroup,
        response: { 204: Type.Null(), ...problems(groupMissing, forbidden) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => removeGroup(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/product-uses',
    {
      config: { permission: 'planning:order:read' },
      schema: {
        operationId: 'listProductUses',
        summary: 'How many open orders each product of a site has',
        querystring: atSite,
        response: { 200: Type.Object({ items: Type.Array(ProductUse) }), ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await listProductUses(ctx, request.query.siteId) })),
  )

  app.delete(
    '/products/:id',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'removeProduct',
        summary: 'Take a product away that has no orders',
        params: Type.Object({ id: ProductId }),
        response: { 204: Type.Null(), ...problems(productMissing, forbidden, productInUse) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => removeProduct(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )
}
