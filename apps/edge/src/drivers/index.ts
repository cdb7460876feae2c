import type { DriverFactory } from '../connection.ts'

/**
 * Makes drivers by protocol. A protocol's library is loaded with its first connection: a gateway that only speaks MQTT does not
 * carry OPC UA in memory.
 */
export function driverFactory(dir: string, gatewayId: string): DriverFactory {
  return async (settings, listener) => {
    switch (settings.protocol) {
      case 'opc-ua': {
        const { OpcUaDriver } = await import('./opc-ua.ts')
        return new OpcUaDriver(settings, listener, dir)
      }
      case 'sparkplug': {
        const { SparkplugDriver } = await import('./sparkplug.ts')
        return new SparkplugDriver(settings, listener, `millrace-${gatewayId}-${settings.id.slice(-8)}`)
      }
      case 'mqtt':
        throw new Error('A device that speaks with the server itself needs no gateway.')
      case 'replay':
        throw new Error('A replay is fed by its own process.')
    }
  }
}
