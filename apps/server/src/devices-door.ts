import { type DoorSettings, openDoor } from '@millrace/mqtt'
import type { Runtime } from '@millrace/runtime'

/**
 * Opens the door for devices. Nobody asked for the usual port: when it cannot be had, everything else works without.
 *
 * @throws Error of the socket when a port that was asked for cannot be had.
 */
export async function openDevicesDoor(
  runtime: Runtime,
  settings: DoorSettings | undefined,
): Promise<{ stop(): Promise<void> } | undefined> {
  if (!settings) return undefined
  try {
    const door = await openDoor(runtime, settings)
    runtime.log.info('Devices may speak MQTT.', { port: door.port, tls: settings.tls !== undefined })
    return door
  } catch (error) {
    if (!settings.isPortFree) throw error
    runtime.log.warn('There is no free port for MQTT. Name one in MILLRACE_MQTT_PORT.', {}, error)
    return undefined
  }
}
