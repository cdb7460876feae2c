import { readFileSync } from 'node:fs'
import type { DoorSettings } from '@millrace/mqtt'

/** As registered for MQTT, without and with TLS. */
const PLAIN_PORT = 1883
const TLS_PORT = 8883

/**
 * Reads where devices speak MQTT.
 *
 * @param host where everything else listens.
 * @returns no settings when the door is to stay closed.
 */
export function readMqtt(
  environment: Readonly<Record<string, string | undefined>>,
  host: string,
): { settings: DoorSettings | undefined; faults: string[] } {
  const { MILLRACE_MQTT_PORT: portText, MILLRACE_MQTT_HOST: mqttHost, MILLRACE_MQTT_PLAIN: plain } = environment
  if (portText === 'off') return { settings: undefined, faults: [] }
  const faults: string[] = []
  const tls = readTls(environment, faults)
  const port = portText === undefined ? (tls ? TLS_PORT : PLAIN_PORT) : Number(portText)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    faults.push(`MILLRACE_MQTT_PORT is ${portText}; it must be a whole number from 0 to 65535, or off.`)
  }
  if (plain !== undefined && plain !== 'allow') {
    faults.push(`MILLRACE_MQTT_PLAIN is ${plain}; it must be allow, or left out.`)
  }
  const mayLeave = tls !== undefined || plain === 'allow'
  if (mqttHost !== undefined && !mayLeave && !isLoopback(mqttHost)) {
    faults.push(
      `MILLRACE_MQTT_HOST is ${mqttHost}, where passwords would travel for all to read: give MILLRACE_MQTT_TLS_CERT and MILLRACE_MQTT_TLS_KEY, or MILLRACE_MQTT_PLAIN=allow in a network that you trust.`,
    )
  }
  // Nobody asked for the door to be open to others: without a lock it stays inside.
  const usualHost = mayLeave ? host : 'localhost'
  return {
    settings: { host: mqttHost ?? usualHost, port, isPortFree: portText === undefined, ...(tls && { tls }) },
    faults,
  }
}

function readTls(
  { MILLRACE_MQTT_TLS_CERT: cert, MILLRACE_MQTT_TLS_KEY: key }: Readonly<Record<string, string | undefined>>,
  faults: string[],
): DoorSettings['tls'] {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined) {
    faults.push(
      'MILLRACE_MQTT_TLS_CERT and MILLRACE_MQTT_TLS_KEY come together: files of the certificate and of its key.',
    )
    return undefined
  }
  try {
    return { cert: readFileSync(cert), key: readFileSync(key) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    faults.push(`The files of MILLRACE_MQTT_TLS_CERT and MILLRACE_MQTT_TLS_KEY cannot be read: ${reason}.`)
    return undefined
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
