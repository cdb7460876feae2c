import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { equipmentMisplaced, equipmentMissing, GatewayId, nameTaken } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import {
  Device,
  DeviceHearing,
  DeviceWithSecret,
  Door,
  deviceMissing,
  deviceRevoked,
  expiryInvalid,
  NewDevice,
  Renewal,
} from './contract.ts'
import { createDevice, getDevice, getHearing, listDevices, renewDevice, revokeDevice } from './devices.ts'
import { doorOf } from './open-doors.ts'

const ById = Type.Object({ id: GatewayId })

/** Mounted at /api/v1/mqtt. */
export const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/door',
    {
      config: { permission: 'mqtt:device:read' },
      schema: {
        operationId: 'getMqttDoor',
        summary: 'Where devices connect',
        response: { 200: Door, ...problems(forbidden) },
      },
    },
    async () => doorOf(app.runtime)?.facts ?? { state: 'closed' as const },
  )

  app.get(
    '/devices',
    {
      config: { permission: 'mqtt:device:read' },
      schema: {
        operationId: 'listDevices',
        summary: 'Devices that speak MQTT with the server themselves, and how they are',
        response: { 200: Type.Object({ items: Type.Array(Device) }), ...problems(forbidden) },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await listDevices(ctx) })),
  )

  app.post(
    '/devices',
    {
      config: { permission: 'mqtt:device:write' },
      schema: {
        operationId: 'createDevice',
        summary: 'Add a device; its password is in the answer once',
        body: NewDevice,
        response: {
          201: DeviceWithSecret,
          ...problems(equipmentMissing, equipmentMisplaced, nameTaken, expiryInvalid, forbidden),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createDevice(ctx, request.body))),
  )

  app.get(
    '/devices/:id',
    {
      config: { permission: 'mqtt:device:read' },
      schema: {
        operationId: 'getDevice',
        summary: 'One device',
        params: ById,
        response: { 200: Device, ...problems(deviceMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getDevice(ctx, request.params.id)),
  )

  app.get(
    '/devices/:id/hearing',
    {
      config: { permission: 'mqtt:device:read' },
      schema: {
        operationId: 'getDeviceHearing',
        summary: 'What a device said that was not stored',
        params: ById,
        response: { 200: DeviceHearing, ...problems(deviceMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getHearing(ctx, request.params.id)),
  )

  app.post(
    '/devices/:id/renew',
    {
      config: { permission: 'mqtt:device:write' },
      schema: {
        operationId: 'renewDevice',
        summary: 'Give a device another password; it is in the answer once',
        params: ById,
        body: Renewal,
        response: { 200: DeviceWithSecret, ...problems(deviceMissing, deviceRevoked, expiryInvalid, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => renewDevice(ctx, request.params.id, request.body)),
  )

  app.post(
    '/devices/:id/revoke',
    {
      config: { permission: 'mqtt:device:write' },
      schema: {
        operationId: 'revokeDevice',
        summary: 'End a device for good',
        params: ById,
        response: { 200: Device, ...problems(deviceMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => revokeDevice(ctx, request.params.id)),
  )
}
