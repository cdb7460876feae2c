import { epochMs, type Instant, wallClock } from '@millrace/base'
import { type Cause, type MessageKind, REQUIREMENT_WEEKS, type Supply } from './requirement-contract.ts'

/** What the words of a message are made of. */
export interface Worded {
  readonly kind: MessageKind
  readonly supply: Supply
  readonly materialName: string
  readonly unit: string
  readonly reference: string | null
  readonly fromAt: Instant | null
  readonly toAt: Instant
  readonly fromQuantity: string | null
  readonly toQuantity: string
  readonly wantedAt: Instant
  readonly isTooLate: boolean
  readonly cause: Cause
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `Thu 10 Dec` on the plant's calendar. */
function dayText(at: Instant, timeZone: string): string {
  const { weekday, day, month } = wallClock(epochMs(at), timeZone)
  return `${WEEKDAYS[weekday - 1]} ${day} ${MONTHS[month - 1]}`
}

/** `1,250 pcs`. */
export function amountText(quantity: string, unit: string): string {
  const [whole = '', part] = quantity.split('.')
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${part ? `.${part}` : ''} ${unit}`
}

/** What to do, in one sentence. */
export function whatText(message: Worded, timeZone: string): string {
  const { kind, supply, materialName, unit, reference, fromAt, toAt, fromQuantity, toQuantity, cause } = message
  const to = dayText(toAt, timeZone)
  const of = `${amountText(toQuantity, unit)} of ${materialName}`
  const subject = supply === 'make' ? `order ${reference}` : `${reference}`
  const from = fromAt === null ? '' : ` from ${dayText(fromAt, timeZone)}`
  switch (kind) {
    case 'order':
      if (supply === 'make') return `Make ${of}, done by ${to}`
      if (supply === 'transfer') return `Have ${of} sent from ${cause.partner ?? 'the other plant'}, here by ${to}`
      return `Order ${of}${cause.partner ? ` from ${cause.partner}` : ''}, here by ${to}`
    case 'expedite':
      return `Bring ${subject} forward${from} to ${to} (${of})`
    case 'defer':
      return `Put ${subject} off${from} to ${to} (${of})`
    case 'cancel':
      return `Cancel ${subject} (${amountText(fromQuantity ?? '0', unit)} of ${materialName}, expected ${to})`
    case 'increase':
    case 'decrease':
      return `${kind === 'increase' ? 'Raise' : 'Lower'} ${subject} from ${amountText(fromQuantity ?? '0', unit)} to ${of}`
  }
}

/** Why, in one sentence or two: what it goes into, level by level, and who wants that. */
export function whyText(message: Worded, timeZone: string): string {
  const { kind, cause, wantedAt, toAt, isTooLate } = message
  if (kind === 'cancel') return `Nothing in the next ${REQUIREMENT_WEEKS} weeks needs it.`
  if (kind === 'decrease')
    return `The next ${REQUIREMENT_WEEKS} weeks need no more. ${causeText(cause, timeZone, 'What stays')}`
  if (kind === 'defer') return `It is not needed before ${dayText(wantedAt, timeZone)}. ${causeText(cause, timeZone)}`
  const late = isTooLate
    ? ` It is wanted by ${dayText(wantedAt, timeZone)} and cannot be there before ${dayText(toAt, timeZone)}.`
    : ''
  return `${causeText(cause, timeZone)}${late}`
}

function causeText({ steps, demand, others }: Cause, timeZone: string, subject: 'It' | 'What stays' = 'It'): string {
  const way = steps
    .slice(0, SHOWN_STEPS)
    .map(({ how, quantity, unit, materialName, siteName }) =>
      how === 'sent'
        ? `to ${siteName}`
        : `into ${amountText(quantity, unit)} of ${materialName}${steps.length > 1 ? ` at ${siteName}` : ''}`,
    )
    .join(', ')
  if (!demand && way === '')
    return subject === 'It' ? 'Stock would fall below the safety stock.' : `${subject} keeps the safety stock.`
  if (!demand) return `${subject} goes ${way}, to keep the safety stock there.`
  const more = others === 0 ? '' : `, and ${others === 1 ? 'one other demand' : `${others} other demands`}`
  const wants = `for ${whoText(demand)}, due ${dayText(demand.dueAt, timeZone)}${more}`
  return `${subject} ${way === '' ? 'is' : `goes ${way},`} ${wants}.`
}

/** Who wants it in the end. */
function whoText({ kind, number, customer, materialName }: NonNullable<Cause['demand']>): string {
  switch (kind) {
    case 'order':
      return `order ${number}${customer ? ` of ${customer}` : ''}`
    case 'forecast':
      return `the forecast of ${materialName} for ${weekText(number)}`
    case 'customer':
      return customer ? `${customer} (${number})` : `demand ${number}`
  }
}

/** `week 49`, of `2026-W49`. */
export function weekText(name: string): string {
  return `week ${Number(name.slice(-2))}`
}

/** A sentence has room for so many levels; the page shows them all. */
const SHOWN_STEPS = 3
