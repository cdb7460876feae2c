import type { BlockList } from 'node:net'
import { isIP, isIPv6 } from 'node:net'
import { netOf } from './outbound-address.ts'

/** Somewhere inside that may be called: a host, or every address of a network. */
export type OutboundRule = { readonly host: string; readonly port: number | undefined } | { readonly net: BlockList }

/**
 * Reads a list of hosts and networks: `idp.plant.example, 10.1.2.3:8080, [fd00::5]:8443, 10.4.0.0/16`.
 *
 * @returns the rules, and a sentence about each entry that makes no sense.
 */
export function parseOutboundAllow(text: string): { rules: OutboundRule[]; faults: string[] } {
  const rules: OutboundRule[] = []
  const faults: string[] = []
  for (const entry of text.split(',').map((one) => one.trim())) {
    if (entry === '') continue
    const rule = entry.includes('/') ? netRule(entry) : hostRule(entry)
    if (rule) rules.push(rule)
    else faults.push(`"${entry}" is neither host, host:port nor a network such as 10.4.0.0/16`)
  }
  return { rules, faults }
}

function netRule(entry: string): OutboundRule | undefined {
  const [address = '', bits = '', ...rest] = entry.split('/')
  const prefix = Number(bits)
  const most = isIPv6(address) ? 128 : 32
  if (isIP(address) === 0 || !/^\d{1,3}$/.test(bits) || prefix > most || rest.length > 0) return undefined
  return { net: netOf(address, prefix) }
}

function hostRule(entry: string): OutboundRule | undefined {
  // Only a host and a port: what else could stand in an address would be dropped silently.
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^\s/?#@:[\]\\]+)(?::(\d{1,5}))?$/i.exec(entry) ?? []
  if (host === undefined || !URL.canParse(`http://${host}`)) return undefined
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return undefined
  return { host: hostOf(new URL(`http://${host}`)), port: port === undefined ? undefined : Number(port) }
}

/** The host of an address as it is compared: normalised by WHATWG, without brackets and the dot of the root. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}
