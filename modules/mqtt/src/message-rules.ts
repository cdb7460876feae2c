import { isAddress } from './topic-rules.ts'

/** One value of one address: nothing of it was looked at yet. */
export interface Reading {
  readonly address: string
  readonly value: unknown
  readonly timestamp?: unknown
  readonly quality?: unknown
}

/** Values one message may hold. */
const READINGS_MAX = 1000

/** Why a message says nothing: the end of a sentence about it. */
export interface Unfit {
  readonly detail: string
}

const FIELDS = ['value', 'timestamp', 'quality']
const ITEM_FIELDS = ['address', ...FIELDS]

/**
 * The readings of a message (docs/formats/mqtt.md). JSON that is
 * - a number, text, truth, null or list: the value of the topic's address;
 * - an object with `value`: that, with `timestamp` and `quality`;
 * - any other object: values by their addresses below the topic's, each again one of these, with a common `timestamp`;
 * - at the root also a list of objects with `address`.
 *
 * Whether a value fits its signal is not looked at.
 *
 * @param address of the topic; '' at the root.
 */
export function readingsOf(text: string, address: string): readonly Reading[] | Unfit {
  const said = parse(text)
  if (said === undefined) return { detail: 'is no JSON' }
  if (address === '') {
    if (Array.isArray(said)) return itemsOf(said)
    return isObject(said) ? membersOf(said, '') : { detail: 'is no object and no list, as messages at the root are' }
  }
  if (!isObject(said)) return [{ address, value: said }]
  return Object.hasOwn(said, 'value') ? singleOf(said, address) : membersOf(said, `${address}/`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function singleOf(said: Fields, address: string, commonTimestamp?: unknown): readonly Reading[] | Unfit {
  const stranger = Object.keys(said).find((name) => !FIELDS.includes(name))
  if (stranger !== undefined) return { detail: `has a field ${shown(stranger)}, which beside value means nothing` }
  const { value, timestamp = commonTimestamp, quality } = said
  return [{ address, value, ...(timestamp !== undefined && { timestamp }), ...(quality !== undefined && { quality }) }]
}

function membersOf(said: Fields, prefix: string): readonly Reading[] | Unfit {
  const { timestamp, ...members } = said
  const names = Object.keys(members)
  if (names.length === 0) return { detail: 'holds no value' }
  if (names.length > READINGS_MAX) return { detail: `holds more than ${READINGS_MAX} values` }
  const readings: Reading[] = []
  for (const name of names) {
    const address = prefix + name
    if (!isAddress(address)) return { detail: `has a field ${shown(name)}, which makes no address` }
    const member = members[name]
    if (!isObject(member)) {
      readings.push({ address, value: member, ...(timestamp !== undefined && { timestamp }) })
      continue
    }
    const one = Object.hasOwn(member, 'value')
      ? singleOf(member, address, timestamp)
      : { detail: `has a field ${shown(name)}, an object without value` }
    if ('detail' in one) return one
    readings.push(...one)
  }
  return readings
}

function itemsOf(items: readonly unknown[]): readonly Reading[] | Unfit {
  if (items.length === 0) return { detail: 'holds no value' }
  if (items.length > READINGS_MAX) return { detail: `holds more than ${READINGS_MAX} values` }
  const readings: Reading[] = []
  for (const item of items) {
    if (!isObject(item) || typeof item.address !== 'string' || !isAddress(item.address)) {
      return { detail: 'is a list with something that is no object with an address' }
    }
    const stranger = Object.keys(item).find((name) => !ITEM_FIELDS.includes(name))
    if (stranger !== undefined) return { detail: `has a field ${shown(stranger)}, which means nothing` }
    const { address, ...rest } = item
    const one = singleOf(rest, address)
    if ('detail' in one) return one
    readings.push(...one)
  }
  return readings
}

type Fields = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name
}
