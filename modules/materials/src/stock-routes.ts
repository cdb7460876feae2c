import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { page } from '@millrace/base'
import { problems } from '@millrace/http'
import { equipmentMissing } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import {
  Arrival,
  ExpectedReceipt,
  MoveQuery,
  materialMissing,
  NewMove,
  NewReceipt,
  quantityInvalid,
  ReceiptChange,
  ReceiptId,
  ReceiptQuery,
  receiptClosed,
  receiptMissing,
  Stock,
  StockMove,
  StockQuery,
  stockShort,
  tooManyReceipts,
} from './contract.ts'
import { cancelReceipt, changeReceipt, createReceipt, listReceipts, receive } from './receipts.ts'
import { bookMove, listMoves, listStock } from './stock.ts'

const oneReceipt = Type.Object({ id: ReceiptId })

/** What lies where, how it got there, and what is on its way. Mounted at /api/v1/materials. */
export const stockRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/stock',
    {
      config: { permission: 'materials:stock:read' },
      schema: {
        operationId: 'listStock',
        summary: 'What lies at the sites',
        querystring: StockQuery,
        response: { 200: page(Stock), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => listStock(ctx, request.query)),
  )

  app.get(
    '/moves',
    {
      config: { permission: 'materials:stock:read' },
      schema: {
        operationId: 'listStockMoves',
        summary: 'The journal of a material at a site, newest first',
        querystring: MoveQuery,
        response: { 200: page(StockMove), ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => listMoves(ctx, request.query)),
  )

  app.post(
    '/moves',
    {
      config: { permission: 'materials:stock:write' },
      schema: {
        operationId: 'bookStockMove',
        summary: 'Count, receive, issue or scrap material',
        body: NewMove,
        response: {
          201: StockMove,
          ...problems(equipmentMissing, materialMissing, forbidden, quantityInvalid, stockShort),
        },
      },
    },
    async (request, reply) => reply.code(201).send(await app.inContext(request, (ctx) => bookMove(ctx, request.body))),
  )

  app.get(
    '/receipts',
    {
      config: { permission: 'materials:stock:read' },
      schema: {
        operationId: 'listReceipts',
        summary: 'What the sites expect and got, by the expected time',
        querystring: ReceiptQuery,
        response: { 200: page(ExpectedReceipt), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => listReceipts(ctx, request.query)),
  )

  app.post(
    '/receipts',
    {
      config: { permission: 'materials:supply:write' },
      schema: {
        operationId: 'createReceipt',
        summary: 'Say that material is on its way',
        body: NewReceipt,
        response: {
          201: ExpectedReceipt,
          ...problems(equipmentMissing, materialMissing, forbidden, quantityInvalid, tooManyReceipts),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createReceipt(ctx, request.body))),
  )

  app.patch(
    '/receipts/:id',
    {
      config: { permission: 'materials:supply:write' },
      schema: {
        operationId: 'changeReceipt',
        summary: 'Change what is expected when',
        params: oneReceipt,
        body: ReceiptChange,
        response: { 200: ExpectedReceipt, ...problems(receiptMissing, forbidden, receiptClosed, quantityInvalid) },
      },
    },
    (request) => app.inContext(request, (ctx) => changeReceipt(ctx, request.params.id, request.body)),
  )

  app.post(
    '/receipts/:id/cancel',
    {
      config: { permission: 'materials:supply:write' },
      schema: {
        operationId: 'cancelReceipt',
        summary: 'Say that it will not come',
        params: oneReceipt,
        response: { 200: ExpectedReceipt, ...problems(receiptMissing, forbidden, receiptClosed) },
      },
    },
    (request) => app.inContext(request, (ctx) => cancelReceipt(ctx, request.params.id)),
  )

  app.post(
    '/receipts/:id/receive',
    {
      config: { permission: 'materials:stock:write' },
      schema: {
        operationId: 'receiveReceipt',
        summary: 'Book that it came',
        params: oneReceipt,
        body: Arrival,
        response: { 200: ExpectedReceipt, ...problems(receiptMissing, forbidden, receiptClosed, quantityInvalid) },
      },
    },
    (request) => app.inContext(request, (ctx) => receive(ctx, request.params.id, request.body)),
  )
}
