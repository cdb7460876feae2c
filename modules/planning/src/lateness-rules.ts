import type { FactoryOrder } from '@millrace/scheduling'
import type { Seat } from './plan-rules.ts'
import type { ScheduleOrder } from './schedule-contract.ts'
import { lengthText, makerText, type SiteNames } from './word-rules.ts'

/** Waits shorter than this do not make an order late. */
const WAIT_S = 15 * 60
/** More sentences are not read. */
const REASONS_MAX = 6

/** When all of an order is done, seconds from the origin; undefined while something of it has no place. */
export function endOf(order: FactoryOrder, seats: ReadonlyMap<string, Seat>): number | undefined {
  let endS = 0
  for (const { id } of order.operations) {
    const seat = seats.get(id)
    if (!seat) return undefined
    endS = Math.max(endS, seat.endS)
  }
  return endS
}

/**
 * Why an order is late: what it waits for, from its beginning to its end, each wait with its seconds; the longest is the main one. An
 * order without waits is late by its own work.
 */
export function lateReasons(
  order: FactoryOrder,
  seats: ReadonlyMap<string, Seat>,
  nowS: number,
  names: SiteNames,
): ScheduleOrder['reasons'] {
  const waits: { text: string; waitS: number }[] = []
  let readyS = Math.max(order.releaseS, 0)
  let workS = 0
  for (const operation of order.operations) {
    const seat = seats.get(operation.id)
    if (!seat) break
    const waitS = seat.startS - Math.max(readyS, seat.startS < nowS ? seat.startS : 0)
    if (waitS >= WAIT_S) waits.push({ text: waitText(operation.id, seat, waitS, names), waitS })
    readyS = Math.max(readyS, seat.endS)
    workS += seat.endS - seat.startS
  }
  const longest = Math.max(...waits.map(({ waitS }) => waitS))
  const told = waits.toSorted((a, b) => b.waitS - a.waitS).slice(0, REASONS_MAX)
  const reasons = waits
    .filter((wait) => told.includes(wait))
    .map(({ text, waitS }) => ({ text, waitS, main: waitS === longest }))
  if (workS > order.dueS - Math.max(order.releaseS, 0) || reasons.length === 0) {
    const text = `Its own steps take ${lengthText(workS)} with all breaks; ${lengthText(Math.max(0, order.dueS - order.releaseS))} lie between its release and its due date.`
    return [{ text, waitS: 0, main: reasons.length === 0 }, ...reasons]
  }
  return reasons
}

function waitText(operationId: string, seat: Seat, waitS: number, names: SiteNames): string {
  const what = `${names.operation(operationId)} waits ${lengthText(waitS)}`
  const { kind, of, closedS } = seat.reason
  const machine = names.resource(seat.resourceId)
  const closed = closedS >= WAIT_S ? `, of that ${lengthText(Math.min(closedS, waitS))} outside working time` : ''
  switch (kind) {
    case 'machine':
      return `${what} for ${machine}, which makes ${names.operation(of ?? '')}${closed}.`
    case 'setup':
      return `${what} for ${machine} to be set up${of ? ` after ${names.operation(of)}` : ''}${closed}.`
    case 'operators':
      return `${what} for people: all of ${names.group(of ?? '')} are busy${closed}.`
    case 'predecessor':
      return isOfSameOrder(operationId, of ?? '')
        ? `${what} after ${names.operation(of ?? '')}: to cool, to cure or to be brought over${closed}.`
        : `${what} for ${makerText(operationId, of ?? '', names)}${closed}.`
    case 'moved':
      return `${what}, because it was moved by hand or pushed.`
    case 'lock':
    case 'pin':
      return `${what}, because it was locked or on its way.`
    case 'material':
      return `${what} for ${names.awaited(operationId, of ?? '', seat.startS)}${closed}.`
    case 'tool':
      return `${what} for ${names.tool(of ?? '')}, which is in use${closed}.`
    default:
      return closedS >= WAIT_S ? `${what} for working time.` : `${what} for ${machine}.`
  }
}

function isOfSameOrder(one: string, other: string): boolean {
  return one.split('.')[0] === other.split('.')[0]
}
