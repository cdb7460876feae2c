import { defineModule } from '@millrace/http'
import { companySites, knownPlaces, runningShifts } from '@millrace/identity'
import { announcement, extend, listener } from '@millrace/runtime'
import { offerConfiguration } from './configuration.ts'
import { equipmentChanged, gatewayChanged, gatewayConfigurationChanged } from './contract.ts'
import { announceSilence, SILENCE_EVERY_MS } from './gateway-report.ts'
import { gatewayAuthenticator } from './gateway-sign-in.ts'
import { permissions } from './permissions.ts'
import { companySitesOf, knownPlacesOf, placeOfEquipment, runningShiftsAt } from './places.ts'
import { routes } from './routes.ts'

/** Plant: what equipment there is, the gateways that stand in it, and how they reach devices (ISA-95 Part 1). */
export const plant = defineModule({
  name: 'plant',
  routes,
  permissions,
  authenticators: [gatewayAuthenticator()],
  topics: [
    { pattern: 'plant.gateways', permission: 'plant:gateway:read', events: [gatewayChanged] },
    { pattern: 'plant.equipment', permission: 'plant:equipment:read', events: [equipmentChanged] },
  ],
  announces: [
    announcement(equipmentChanged, {
      title: 'A plant or machine was added or changed',
      permission: 'plant:equipment:read',
      label: 'internal',
      about: ({ equipmentId, siteId }) => ({
        subject: `plant/equipment/${equipmentId}`,
        place: placeOfEquipment({ id: equipmentId, siteId }),
      }),
    }),
    announcement(gatewayChanged, {
      title: 'A gateway came, went or changed',
      permission: 'plant:gateway:read',
      label: 'internal',
      about: ({ gatewayId, siteId }) => ({ subject: `plant/gateways/${gatewayId}`, place: siteId }),
    }),
    announcement(gatewayConfigurationChanged, {
      title: 'A gateway was given another configuration',
      permission: 'plant:gateway:read',
      label: 'internal',
      companyWide: true,
      about: ({ gatewayId }) => ({ subject: `plant/gateways/${gatewayId}` }),
    }),
  ],
  listens: [
    listener(gatewayConfigurationChanged, 'plant.offer-configuration', (ctx, { data }) =>
      offerConfiguration(ctx, data.gatewayId),
    ),
  ],
  extends: [
    extend(companySites, companySitesOf),
    extend(knownPlaces, knownPlacesOf),
    extend(runningShifts, runningShiftsAt),
  ],
  tasks: [{ name: 'plant.announce-silence', everyMs: SILENCE_EVERY_MS, act: announceSilence }],
})

export { signCommand } from './command-key.ts'
export { createConnection, gatewayOfConnection, listConnections, updateConnectionEndpoint } from './connections.ts'
export type { ConnectionId, EquipmentId, GatewayId } from './contract.ts'
export {
  addDirectGateway,
  discoverDirectly,
  endDirectGateway,
  hangUpDirectly,
  holdDirectLine,
  keepDirectGatewaysSeen,
} from './direct-gateways.ts'
export {
  createEquipment,
  createSite,
  getCompanyCurrency,
  getEquipment,
  getSite,
  listEquipment,
  type Site,
} from './equipment.ts'
export { type GatewayMessage, gatewayBacklog, gatewayConfiguration, replaySignals } from './extension-points.ts'
export { announceLocalGateways, gatewayListens, onLocalGatewaysChanged, tellGateway } from './gateway-line.ts'
export { createGateway, listGateways, revokeGateway } from './gateways.ts'
export { type LocalGateway, localGateways } from './local-gateways.ts'
export { placeOfEquipment } from './places.ts'
export { type Shift, shiftsWithin } from './rules.ts'
