import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { page } from '@millrace/base'
import { problems } from '@millrace/http'
import { materialMissing } from '@millrace/materials/contract'
import { EquipmentId, equipmentMissing } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import { createException, createGroup, getCapacity, removeException, setSetups } from './capacity.ts'
import {
  CalendarException,
  ExceptionId,
  exceptionMissing,
  groupTaken,
  materialTaken,
  NewCalendarException,
  NewOperatorGroup,
  NewOrder,
  NewProduct,
  numberTaken,
  OperatorGroup,
  OrderChange,
  OrderId,
  OrderQuery,
  orderClosed,
  orderMissing,
  Product,
  ProductId,
  ProductionOrder,
  productMissing,
  productTaken,
  SetupMatrix,
  shiftUnknown,
  spanInvalid,
  tooManyOrders,
  workUnitMisplaced,
} from './contract.ts'
import { changeOrder, closeOrder, createOrder, getOrder, listOrders } from './orders.ts'
import { changeProduct, createProduct, listProducts } from './products.ts'
import { Tool, Transport, toolMissing, UnitCapacity } from './resource-contract.ts'

const atSite = Type.Object({ siteId: EquipmentId }, { additionalProperties: false })
const oneOrder = Type.Object({ id: OrderId })

/** Orders, and what planning them needs to know. Mounted at /api/v1/planning. */
export const orderRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/orders',
    {
      config: { permission: 'planning:order:read' },
      schema: {
        operationId: 'listOrders',
        summary: 'Production orders with their planned ends, by due date',
        querystring: OrderQuery,
        response: { 200: page(ProductionOrder), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => listOrders(ctx, request.query)),
  )

  app.post(
    '/orders',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'createOrder',
        summary: 'Add a production order',
        body: NewOrder,
        response: {
          201: ProductionOrder,
          ...problems(equipmentMissing, forbidden, productMissing, spanInvalid, numberTaken, tooManyOrders),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createOrder(ctx, request.body))),
  )

  app.get(
    '/orders/:id',
    {
      config: { permission: 'planning:order:read' },
      schema: {
        operationId: 'getOrder',
        summary: 'One production order',
        params: oneOrder,
        response: { 200: ProductionOrder, ...problems(orderMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getOrder(ctx, request.params.id)),
  )

  app.patch(
    '/orders/:id',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'changeOrder',
        summary: 'Change what an open order asks for',
        params: oneOrder,
        body: OrderChange,
        response: { 200: ProductionOrder, ...problems(orderMissing, forbidden, orderClosed, spanInvalid) },
      },
    },
    (request) => app.inContext(request, (ctx) => changeOrder(ctx, request.params.id, request.body)),
  )

  app.post(
    '/orders/:id/cancel',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'cancelOrder',
        summary: 'Cancel an order: its operations leave the plan',
        params: oneOrder,
        response: { 200: ProductionOrder, ...problems(orderMissing, forbidden, orderClosed) },
      },
    },
    (request) => app.inContext(request, (ctx) => closeOrder(ctx, request.params.id, 'cancelled')),
  )

  app.post(
    '/orders/:id/complete',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'completeOrder',
        summary: 'Say that an order is done: its operations leave the plan',
        params: oneOrder,
        response: { 200: ProductionOrder, ...problems(orderMissing, forbidden, orderClosed) },
      },
    },
    (request) => app.inContext(request, (ctx) => closeOrder(ctx, request.params.id, 'done')),
  )

  app.get(
    '/products',
    {
      config: { permission: 'planning:order:read' },
      schema: {
        operationId: 'listProducts',
        summary: 'What a site makes, with the routings',
        querystring: atSite,
        response: { 200: Type.Object({ items: Type.Array(Product) }), ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await listProducts(ctx, request.query.siteId) })),
  )

  app.post(
    '/products',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'createProduct',
        summary: 'Add a product with its routing',
        body: NewProduct,
        response: {
          201: Product,
          ...problems(
            equipmentMissing,
            forbidden,
            materialMissing,
            workUnitMisplaced,
            toolMissing,
            productTaken,
            materialTaken,
          ),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createProduct(ctx, request.body))),
  )

  app.put(
    '/products/:id',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'changeProduct',
        summary: 'Say anew what a product is and how it is made',
        params: Type.Object({ id: ProductId }),
        body: NewProduct,
        response: {
          200: Product,
          ...problems(
            productMissing,
            forbidden,
            materialMissing,
            workUnitMisplaced,
            toolMissing,
            productTaken,
            materialTaken,
          ),
        },
      },
    },
    (request) => app.inContext(request, (ctx) => changeProduct(ctx, request.params.id, request.body)),
  )

  app.get(
    '/capacity',
    {
      config: { permission: 'planning:order:read' },
      schema: {
        operationId: 'getCapacity',
        summary: 'People, tools, set-up times, ways, and what departs from the shifts of a site',
        querystring: atSite,
        response: {
          200: Type.Object({
            groups: Type.Array(OperatorGroup),
            setups: Type.Array(SetupMatrix),
            exceptions: Type.Array(CalendarException),
            tools: Type.Array(Tool),
            units: Type.Array(UnitCapacity),
            ways: Type.Array(Transport),
          }),
          ...problems(equipmentMissing, forbidden),
        },
      },
    },
    (request) => app.inContext(request, (ctx) => getCapacity(ctx, request.query.siteId)),
  )

  app.post(
    '/operator-groups',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'createOperatorGroup',
        summary: 'Add a group of people who can stand in for each other',
        body: NewOperatorGroup,
        response: { 201: OperatorGroup, ...problems(equipmentMissing, forbidden, shiftUnknown, groupTaken) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createGroup(ctx, request.body))),
  )

  app.put(
    '/setups',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'setSetups',
        summary: 'Say how long a machine takes from one set-up family to another',
        body: SetupMatrix,
        response: { 200: SetupMatrix, ...problems(equipmentMissing, forbidden, workUnitMisplaced) },
      },
    },
    (request) => app.inContext(request, (ctx) => setSetups(ctx, request.body)),
  )

  app.post(
    '/exceptions',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'createCalendarException',
        summary: 'Add a holiday, maintenance, a stop, or work outside the shifts',
        body: NewCalendarException,
        response: { 201: CalendarException, ...problems(equipmentMissing, forbidden, spanInvalid, workUnitMisplaced) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createException(ctx, request.body))),
  )

  app.delete(
    '/exceptions/:id',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'removeCalendarException',
        summary: 'Take such an exception away',
        params: Type.Object({ id: ExceptionId }),
        response: { 204: Type.Null(), ...problems(exceptionMissing, forbidden) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => removeException(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )
}
