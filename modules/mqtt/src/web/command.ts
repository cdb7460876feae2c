import { type Door, TOPIC_ROOT } from '../contract.ts'

/** Where a device connects, as it is written down for it. @param page the name by which this page was reached. */
export function doorAddress(door: Extract<Door, { state: 'open' }>, page: string): { host: string; port: number } {
  return { host: door.loopback ? 'localhost' : page, port: door.port }
}

/** A command that sends one value as the device, for a shell. */
export function exampleCommand(
  door: Extract<Door, { state: 'open' }>,
  of: { readonly page: string; readonly deviceId: string; readonly password: string; readonly address: string },
): string {
  const { host, port } = doorAddress(door, of.page)
  return [
    `mosquitto_pub -h ${host} -p ${port}${door.tls ? ' --tls-use-os-certs' : ''} -q 1`,
    `  -u ${of.deviceId} -P ${of.password}`,
    `  -t ${TOPIC_ROOT}/${of.deviceId}/${of.address} -m 21.5`,
  ].join(' \\\n')
}
