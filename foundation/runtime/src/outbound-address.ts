import { BlockList, isIP, isIPv6 } from 'node:net'

/** What an address is for, when it is not somewhere on the public internet. */
export type Inside = 'loopback' | 'private' | 'link-local' | 'multicast' | 'reserved' | 'metadata'

// RFC 6890 and the IANA special-purpose registries. Documentation and benchmarking nets count as reserved.
const IPV4: readonly (readonly [string, number, Inside])[] = [
  ['0.0.0.0', 8, 'reserved'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'private'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'reserved'],
  ['192.88.99.0', 24, 'reserved'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'reserved'],
  ['198.51.100.0', 24, 'reserved'],
  ['203.0.113.0', 24, 'reserved'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
]
const IPV6: readonly (readonly [string, number, Inside])[] = [
  ['::1', 128, 'loopback'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link-local'],
  ['fec0::', 10, 'private'],
  ['ff00::', 8, 'multicast'],
  // Teredo, ORCHID, benchmarking; documentation; 6to4, which carries an IPv4 address past a look at the front.
  ['2001::', 23, 'reserved'],
  ['2001:db8::', 32, 'reserved'],
  ['2002::', 16, 'reserved'],
  ['3fff::', 20, 'reserved'],
]
/** Where clouds hand out the credentials of the machine that asks. Two of them lie on otherwise ordinary addresses. */
const METADATA = [
  '169.254.169.254',
  '169.254.170.2',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
  'fd00:ec2::254',
]

const nets = [
  ...METADATA.map((address) => [address, isIPv6(address) ? 128 : 32, 'metadata'] as const),
  ...IPV4,
  ...IPV6,
].map(([address, prefix, inside]) => ({ inside, list: netOf(address, prefix) }))
const publicIPv6 = netOf('2000::', 3)
/** IPv6 forms that lead to the IPv4 address in their last 32 bits: IPv4-mapped, and NAT64 (RFC 6052). */
const carriers = [netOf('::ffff:0:0', 96), netOf('64:ff9b::', 96)]

/** The addresses of one network. */
export function netOf(address: string, prefix: number): BlockList {
  const list = new BlockList()
  list.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4')
  return list
}

/** Whether an address lies in a network; an IPv6 form of an IPv4 address does when that one does. */
export function isWithin(list: BlockList, address: string): boolean {
  const plain = plainAddress(address)
  return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
}

/** What kind of inside an address is; undefined for one on the public internet. What is no address is reserved. */
export function insideOf(address: string): Inside | undefined {
  if (isIP(address) === 0) return 'reserved'
  const plain = plainAddress(address)
  const found = nets.find(({ list }) => isWithin(list, plain))
  if (found) return found.inside
  if (isIPv6(plain) && !isWithin(publicIPv6, plain)) return 'reserved'
  return undefined
}

/** The IPv4 address where an IPv6 form of it leads, otherwise the address itself without its zone. */
function plainAddress(text: string): string {
  const address = text.replace(/%.*$/, '')
  if (!isIPv6(address) || !carriers.some((list) => list.check(address, 'ipv6'))) return address
  // WHATWG writes an IPv6 address in groups of hex digits, whatever it was written in.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':')
  const [high, low] = groups.slice(-2).map((group) => Number.parseInt(group === '' ? '0' : group, 16))
  return [(high ?? 0) >> 8, (high ?? 0) & 255, (low ?? 0) >> 8, (low ?? 0) & 255].join('.')
}
