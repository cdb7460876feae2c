import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Uuid } from '@millrace/base'
import { problems } from '@millrace/http'
import { Type } from 'typebox'
import { NetworkZone, NetworkZoneChange, NewNetworkZone, rangeInvalid, zoneMissing, zoneNameTaken } from './contract.ts'
import {
  NewRole,
  PermissionDetail,
  permissionUnknown,
  RoleDetail,
  RoleId,
  roleHeld,
  roleMissing,
  roleNameTaken,
} from './grant-contract.ts'
import * as zones from './network-zones.ts'
import * as service from './roles.ts'

const closed = { additionalProperties: false }

export const roleRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/permissions',
    {
      config: { permission: 'signed-in' },
      schema: {
        operationId: 'listPermissions',
        summary: 'Everything that may be allowed',
        response: { 200: Type.Object({ items: Type.Array(PermissionDetail) }), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => Promise.resolve({ items: service.listPermissions(ctx) })),
  )

  app.get(
    '/roles',
    {
      config: { permission: 'identity:person:read' },
      schema: {
        operationId: 'listRoles',
        summary: 'Roles, built in and our own',
        response: { 200: Type.Object({ items: Type.Array(RoleDetail) }), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => service.listRoles(ctx).then((items) => ({ items }))),
  )

  app.post(
    '/roles',
    {
      config: { permission: 'identity:role:write', stepUp: true },
      schema: {
        operationId: 'createRole',
        summary: 'Make a role',
        body: NewRole,
        response: { 201: RoleDetail, ...problems(roleNameTaken, permissionUnknown) },
      },
    },
    async (request, reply) => {
      const made = await app.inContext(request, (ctx) => service.createRole(ctx, request.body))
      return reply.code(201).send(made)
    },
  )

  app.put(
    '/roles/:id',
    {
      config: { permission: 'identity:role:write', stepUp: true },
      schema: {
        operationId: 'changeRole',
        summary: 'Change a role for all who hold it',
        params: Type.Object({ id: RoleId }, closed),
        body: NewRole,
        response: { 200: RoleDetail, ...problems(roleMissing, roleNameTaken, permissionUnknown) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.changeRole(ctx, request.params.id, request.body)),
  )

  app.delete(
    '/roles/:id',
    {
      config: { permission: 'identity:role:write' },
      schema: {
        operationId: 'removeRole',
        summary: 'Remove a role nobody holds',
        params: Type.Object({ id: RoleId }, closed),
        response: { 204: Type.Null(), ...problems(roleMissing, roleHeld) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => service.removeRole(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/network-zones',
    {
      config: { permission: 'identity:person:read' },
      schema: {
        operationId: 'listNetworkZones',
        summary: 'Names for address ranges',
        response: { 200: Type.Object({ items: Type.Array(NetworkZone) }), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => zones.listZones(ctx).then((items) => ({ items }))),
  )

  app.post(
    '/network-zones',
    {
      config: { permission: 'identity:network-zone:write' },
      schema: {
        operationId: 'createNetworkZone',
        summary: 'Name address ranges',
        body: NewNetworkZone,
        response: { 201: NetworkZone, ...problems(zoneNameTaken, rangeInvalid) },
      },
    },
    async (request, reply) => {
      const made = await app.inContext(request, (ctx) => zones.createZone(ctx, request.body))
      return reply.code(201).send(made)
    },
  )

  app.put(
    '/network-zones/:id',
    {
      config: { permission: 'identity:network-zone:write', stepUp: true },
      schema: {
        operationId: 'changeNetworkZone',
        summary: 'Change what a network zone covers',
        params: Type.Object({ id: Uuid }, closed),
        body: NetworkZoneChange,
        response: { 200: NetworkZone, ...problems(zoneMissing, rangeInvalid) },
      },
    },
    (request) => app.inContext(request, (ctx) => zones.changeZone(ctx, request.params.id, request.body)),
  )

  app.delete(
    '/network-zones/:id',
    {
      config: { permission: 'identity:network-zone:write' },
      schema: {
        operationId: 'removeNetworkZone',
        summary: 'Remove a name for address ranges',
        params: Type.Object({ id: Uuid }, closed),
        response: { 204: Type.Null(), ...problems(zoneMissing) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => zones.removeZone(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )
}
