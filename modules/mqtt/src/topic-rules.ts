import { TOPIC_ROOT } from './contract.ts'

/** Where all topics of a device begin. Ids are unique everywhere, so no two devices, of whatever company, share one. */
export function rootOf(deviceId: string): string {
  return `${TOPIC_ROOT}/${deviceId}`
}

/** As a column of an address holds. */
const ADDRESS_LENGTH_MAX = 500

/**
 * What a topic says of a device: the address of one value, or '' for the root, where messages hold many.
 *
 * @returns undefined for a topic that is not the device's own.
 */
export function addressIn(topic: string, root: string): string | undefined {
  if (!topic.startsWith(root)) return undefined
  if (topic.length === root.length) return ''
  if (topic[root.length] !== '/') return undefined
  const address = topic.slice(root.length + 1)
  return isAddress(address) ? address : undefined
}

export function isAddress(text: string): boolean {
  return text.length > 0 && text.length <= ADDRESS_LENGTH_MAX && !text.includes('\0') && text.isWellFormed()
}

/** Whether all topics that fit a filter are the device's own. Shared subscriptions (`$share/…`) begin elsewhere. */
export function isOwnFilter(filter: string, root: string): boolean {
  return filter === root || filter.startsWith(`${root}/`)
}
