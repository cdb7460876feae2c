import { atWallClock, DAY_MS, epochMs, instant, MINUTE_MS, wallClock } from '@millrace/base'
import type { CalendarException, ExceptionId, NewCalendarException, NewOrder, OrderId, Product } from './contract.ts'
import type { SiteState } from './problem-rules.ts'
import { EXTRA_DAYS_MAX, type ScenarioChange, type ScenarioId } from './scenario-contract.ts'

type Of<Kind extends ScenarioChange['kind']> = Extract<ScenarioChange, { kind: Kind }>

/** The id of an order that only a scenario has: always the same, and kept when the scenario is used. */
export function rushOrderId(scenarioId: ScenarioId, index: number): OrderId {
  return `${scenarioId.slice(0, -4)}${index.toString(16).padStart(4, '0')}` as OrderId
}

/** Why a change cannot be made at this site, in words; undefined when it can. */
export function whyImpossible(change: ScenarioChange, state: SiteState): string | undefined {
  const isUnit = (id: string) => state.units.some((one) => one.id === id)
  switch (change.kind) {
    case 'extra-work': {
      const days = daysBetween(change.fromOn, change.untilOn)
      if (days === undefined || change.endMinute <= change.startMinute) return 'Extra work has to end after it begins.'
      if (days > EXTRA_DAYS_MAX) return `Extra work is asked for at most ${EXTRA_DAYS_MAX} days at once.`
      if (change.workUnitIds?.some((id) => !isUnit(id)))
        return 'Extra work is asked of a machine that this plant does not plan.'
      if (extraSpans(change, state.timeZone).every(({ endAt }) => epochMs(endAt) <= state.nowMs))
        return 'That extra work lies in the past, or on none of the days.'
      return undefined
    }
    case 'machine-away':
      if (!isUnit(change.workUnitId)) return 'This plant does not plan that machine.'
      if (epochMs(change.endAt) <= epochMs(change.startAt)) return 'A machine has to be back after it is gone.'
      return epochMs(change.endAt) <= state.nowMs ? 'The machine is back already by then.' : undefined
    case 'rush-order':
      if (!state.products.some(({ id }) => id === change.productId)) return 'This plant does not make that product.'
      if (state.orders.some(({ number }) => number.toLowerCase() === change.number.toLowerCase()))
        return `There is an order ${change.number} already.`
      return epochMs(change.dueAt) <= state.nowMs ? `Order ${change.number} is due in the past.` : undefined
    case 'other-order': {
      const order = state.orders.find(({ id }) => id === change.orderId)
      if (!order) return 'That order is not open any more.'
      const { dueAt, priority, quantity } = change
      if (dueAt === undefined && priority === undefined && quantity === undefined)
        return `Nothing is different with order ${order.number}.`
      return dueAt !== undefined && epochMs(dueAt) <= epochMs(order.releaseAt)
        ? `Order ${order.number} has to be due after its release.`
        : undefined
    }
    case 'people': {
      const group = state.groups.find(({ id }) => id === change.groupId)
      if (!group) return 'There is no such group of people.'
      return state.shifts.some(({ name }) => name === change.shift) ? undefined : `There is no shift ${change.shift}.`
    }
    case 'other-machine': {
      const product = state.products.find(({ id }) => id === change.productId)
      const step = product?.steps[change.position - 1]
      if (!step) return 'That product has no such step.'
      if (!isUnit(change.workUnitId)) return 'This plant does not plan that machine.'
      return step.alternatives.some(({ workUnitId }) => workUnitId === change.workUnitId)
        ? `That machine does ${step.name} already.`
        : undefined
    }
  }
}

/** The site as it would be. @param changes each possible, see {@link whyImpossible}; what is not any more is left out */
export function withChanges(state: SiteState, scenarioId: ScenarioId, changes: readonly ScenarioChange[]): SiteState {
  return changes.reduce(
    (now, change, index) =>
      whyImpossible(change, now) === undefined ? withChange(now, scenarioId, change, index) : now,
    state,
  )
}

function withChange(state: SiteState, scenarioId: ScenarioId, change: ScenarioChange, index: number): SiteState {
  switch (change.kind) {
    case 'extra-work':
    case 'machine-away': {
      const made = exceptionsOf(change, state, '').map(
        (one, i): CalendarException => ({ id: `${scenarioId}.${index}.${i}` as ExceptionId, ...one }),
      )
      return { ...state, exceptions: [...state.exceptions, ...made] }
    }
    case 'rush-order': {
      const product = state.products.find(({ id }) => id === change.productId)
      const order = {
        ...{ id: rushOrderId(scenarioId, index), state: 'open' as const, productName: product?.name ?? '' },
        ...orderOf(change, state),
      }
      return { ...state, orders: [...state.orders, order] }
    }
    case 'other-order': {
      const { kind: _, orderId, ...other } = change
      return { ...state, orders: state.orders.map((one) => (one.id === orderId ? { ...one, ...other } : one)) }
    }
    case 'people':
      return {
        ...state,
        groups: state.groups.map((one) => (one.id === change.groupId ? { ...one, ...peopleOf(change, one) } : one)),
      }
    case 'other-machine':
      return {
        ...state,
        products: state.products.map((one) => (one.id === change.productId ? productOf(change, one) : one)),
      }
  }
}

/** What departs from the shifts by a change. @param note why, for whoever reads the calendar */
export function exceptionsOf(
  change: Of<'extra-work'> | Of<'machine-away'>,
  { siteId, timeZone }: Pick<SiteState, 'siteId' | 'timeZone'>,
  note: string,
): NewCalendarException[] {
  if (change.kind === 'machine-away') {
    const { workUnitId, startAt, endAt } = change
    return [{ siteId, workUnitId, kind: 'stop', startAt, endAt, note }]
  }
  return (change.workUnitIds ?? [null]).flatMap((workUnitId) =>
    extraSpans(change, timeZone).map((span) => ({ siteId, workUnitId, kind: 'extra' as const, ...span, note })),
  )
}

/** An order as a change asks for it, released at once. */
export function orderOf(change: Of<'rush-order'>, { siteId, nowMs }: Pick<SiteState, 'siteId' | 'nowMs'>): NewOrder {
  const { kind: _, ...order } = change
  return { siteId, ...order, releaseAt: instant(Math.floor(nowMs / MINUTE_MS) * MINUTE_MS) }
}

/** How many people of a group there would be. */
export function peopleOf<Group extends { readonly headcounts: readonly { shift: string; count: number }[] }>(
  { shift, count }: Of<'people'>,
  { headcounts }: Group,
): { headcounts: { shift: string; count: number }[] } {
  const others = headcounts.filter((one) => one.shift !== shift)
  return { headcounts: [...others, { shift, count }] }
}

/** A product that one more machine can work on. */
export function productOf({ position, workUnitId, minutesPerPiece }: Of<'other-machine'>, product: Product): Product {
  const steps = product.steps.map((step, index) =>
    index === position - 1 ? { ...step, alternatives: [...step.alternatives, { workUnitId, minutesPerPiece }] } : step,
  )
  return { ...product, steps }
}

/** Spans of extra work on the plant's clock, which has days of 23 and 25 hours. */
function extraSpans(
  { fromOn, untilOn, weekdays, startMinute, endMinute }: Of<'extra-work'>,
  timeZone: string,
): { startAt: ReturnType<typeof instant>; endAt: ReturnType<typeof instant> }[] {
  const [year = 0, month = 0, day = 0] = fromOn.split('-').map(Number)
  const days = Math.min(daysBetween(fromOn, untilOn) ?? 0, EXTRA_DAYS_MAX)
  return Array.from({ length: days }, (_, offset) => offset).flatMap((offset) => {
    const noonMs = atWallClock(year, month, day + offset, 720, timeZone)
    if (!weekdays.includes(wallClock(noonMs, timeZone).weekday)) return []
    return [
      {
        startAt: instant(atWallClock(year, month, day + offset, startMinute, timeZone)),
        endAt: instant(atWallClock(year, month, day + offset, endMinute, timeZone)),
      },
    ]
  })
}

/** How many days two dates and those between them are; undefined when the first is no date, or after the second. */
function daysBetween(fromOn: string, untilOn: string): number | undefined {
  const [from, until] = [Date.parse(`${fromOn}T00:00:00Z`), Date.parse(`${untilOn}T00:00:00Z`)]
  const days = Math.round((until - from) / DAY_MS) + 1
  return days >= 1 ? days : undefined
}
