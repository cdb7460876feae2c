import { HOUR_MS, MINUTE_MS, SECOND_MS, wallClock } from '@millrace/base'
import type { Violation } from '@millrace/scheduling'
import type { Met } from './fence-rules.ts'
import { type MaterialNames, materialNamesOf } from './material-word-rules.ts'
import { stepKey } from './operation-rules.ts'
import { pieceOf, type Seat } from './plan-rules.ts'
import type { SiteState, StatedProblem } from './problem-rules.ts'
import type { Names } from './retime-rules.ts'

/** Names of everything in a site's plan, as people say them. */
export interface SiteNames extends Names, MaterialNames {
  readonly order: (operationId: string) => string
  readonly group: (groupId: string) => string
  readonly tool: (toolId: string) => string
}

/** @param stated where it is also told when material comes and who makes it */
export function namesOf(state: SiteState, stated?: StatedProblem): SiteNames {
  const orders = new Map(state.orders.map((one) => [one.id as string, one]))
  const products = new Map(state.products.map((one) => [one.id, one]))
  const units = new Map<string, string>(state.units.map(({ id, name }) => [id, name]))
  const groups = new Map<string, string>(state.groups.map(({ id, name }) => [id, name]))
  const tools = new Map<string, string>(state.tools.map(({ id, name }) => [id, name]))
  const order = (operationId: string) => orders.get(pieceOf(operationId).orderId)?.number ?? 'an order that is closed'
  return {
    ...materialNamesOf(state, stated, clockText),
    order,
    operation: (operationId) => {
      const { orderId, position, part } = pieceOf(operationId)
      const step = products.get(orders.get(orderId)?.productId ?? ('' as never))?.steps[position - 1]
      if (!step) return order(operationId)
      const isPart = part > 1 || state.splits.has(stepKey(orderId, position))
      return `${order(operationId)} ${step.name}${isPart ? `, part ${part}` : ''}`
    },
    resource: (resourceId) => units.get(resourceId) ?? 'a machine that is gone',
    group: (groupId) => groups.get(groupId) ?? 'people',
    tool: (toolId) => tools.get(toolId) ?? 'a tool',
  }
}

/** `45 min`, `7 h 10 min`, `2 d 3 h`: what a person would say. */
export function lengthText(seconds: number): string {
  const minutes = Math.max(1, Math.round((seconds * SECOND_MS) / MINUTE_MS))
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`
}

export const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** `Tue 14:05` on the plant's clock. */
export function clockText(atMs: number, timeZone: string): string {
  const { weekday, hour, minute } = wallClock(atMs, timeZone)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${WEEKDAYS[weekday - 1]} ${two(hour)}:${two(minute)}`
}

/** Why an operation does not start earlier, in words. */
export function startText(seat: Seat, names: SiteNames): string {
  const { closedS } = seat.reason
  const waits = reasonText(seat, names)
  return closedS * SECOND_MS >= HOUR_MS ? `${waits}, then for working time` : waits
}

function reasonText({ operationId, resourceId, startS, reason }: Seat, names: SiteNames): string {
  const { kind, of } = reason
  switch (kind) {
    case 'now':
      return 'Starts as soon as it can'
    case 'release':
      return 'Waits for its release'
    case 'lock':
    case 'pin':
      return 'Was on its way or locked when this was planned'
    case 'moved':
      return 'Was moved by hand, or pushed by something that was'
    case 'predecessor':
      return `Waits for ${makerText(operationId, of ?? '', names)}`
    case 'machine':
      return `Waits for ${names.resource(resourceId)}, which makes ${names.operation(of ?? '')}`
    case 'setup':
      return `Waits until ${names.resource(resourceId)} is set up`
    case 'operators':
      return `Waits for people: all of ${names.group(of ?? '')} are busy`
    case 'tool':
      return `Waits for ${names.tool(of ?? '')}, which is in use`
    case 'material':
      return `Waits for ${names.awaited(operationId, of ?? '', startS)}`
  }
}

/** `4451 Packing`, or `4451 Packing, which makes its Alox scale 91` for the order that makes a part of it. */
export function makerText(operationId: string, makerId: string, names: SiteNames): string {
  const part = names.madeFor(operationId, makerId)
  return part === undefined ? names.operation(makerId) : `${names.operation(makerId)}, which makes its ${part}`
}

/** What is wrong with an operation in a plan, in words. */
export function faultText(violation: Pick<Violation, 'code' | 'operationId'>, names: SiteNames): string {
  const name = names.operation(violation.operationId)
  switch (violation.code) {
    case 'machine':
      return `${name} is on a machine that cannot do it.`
    case 'overlap':
      return `${name} begins before the machine is free.`
    case 'batch':
      return `${name} does not go into the same charge: it is too much for it, of another family, or takes another time.`
    case 'setup':
      return `${name} leaves too little time for its set-up.`
    case 'precedence':
      return `${name} begins before the step in front of it, or an order that makes a part of it, has ended and come over.`
    case 'operators':
      return `${name} needs people who are all busy then.`
    case 'calendar':
    case 'duration':
    case 'split':
      return `${name} lies in a time without work.`
    case 'too-early':
    case 'lock':
    case 'pin':
      return `${name} begins before it may.`
    case 'horizon':
      return `${name} ends behind the plan.`
    case 'tool':
      return `${name} needs a tool that is in use then.`
    case 'material':
      return `${name} needs ${names.taken(violation.operationId)}, which is not there then.`
    case 'unknown':
    case 'twice':
    case 'forgotten':
      return `${name} is not in the plan as it should be.`
  }
}

/** What is needed to change something behind a fence, in words. */
export function fenceText({ fence, operationId }: Met, names: SiteNames): string {
  const name = names.operation(operationId)
  return fence === 'frozen'
    ? `${name} is frozen: it starts so soon that people prepare it. Who may publish can move it with a reason.`
    : `${name} starts soon. Give a reason for moving it.`
}
