import { defineModule } from '@millrace/http'
import { DEVICES_TOPIC } from './devices.ts'
import { permissions } from './permissions.ts'
import { routes } from './routes.ts'
import './tables.ts'

/** MQTT: devices that speak with the server themselves, and the door they come in by (MQTT 3.1.1). */
export const mqtt = defineModule({
  name: 'mqtt',
  routes,
  permissions,
  topics: [{ pattern: DEVICES_TOPIC, permission: 'mqtt:device:read' }],
})

export { createDevice } from './devices.ts'
export { openDoor } from './door.ts'
export type { DoorSettings } from './door-settings.ts'
