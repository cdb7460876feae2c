import { epochMs, type Instant } from '@millrace/base'
import type { SiteState } from './problem-rules.ts'
import type { ScenarioChange } from './scenario-contract.ts'
import { clockText, namesOf, WEEKDAYS } from './word-rules.ts'

/** A change of a scenario as a person would say it. */
export function changeText(change: ScenarioChange, state: SiteState): string {
  const names = namesOf(state)
  const when = (at: Instant) => `${dayText(epochMs(at), state.timeZone)}, ${timeText(at, state.timeZone)}`
  switch (change.kind) {
    case 'extra-work': {
      const { fromOn, untilOn, weekdays, startMinute, endMinute, workUnitIds } = change
      const who = workUnitIds === null ? 'the whole plant' : workUnitIds.map(names.resource).join(', ')
      const days =
        weekdays.length === 7
          ? 'every day'
          : `on ${[...weekdays]
              .sort()
              .map((day) => WEEKDAYS[day - 1])
              .join(', ')}`
      const [from, until] = [dateText(fromOn), dateText(untilOn)]
      const span = fromOn === untilOn ? `on ${from}` : `${days} from ${from} to ${until}`
      return `Extra work of ${who} ${span}, ${minuteText(startMinute)} to ${minuteText(endMinute)}`
    }
    case 'machine-away': {
      const { startAt, endAt, workUnitId } = change
      const isOneDay = dayText(epochMs(startAt), state.timeZone) === dayText(epochMs(endAt), state.timeZone)
      const until = isOneDay ? timeText(endAt, state.timeZone) : when(endAt)
      return `${names.resource(workUnitId)} is away from ${when(startAt)} to ${until}`
    }
    case 'rush-order': {
      const product = state.products.find(({ id }) => id === change.productId)
      return `New order ${change.number}: ${change.quantity} ${product?.name ?? 'of a product that is gone'}, due ${when(change.dueAt)}, priority ${change.priority}`
    }
    case 'other-order': {
      const parts = [
        ...(change.dueAt === undefined ? [] : [`due ${when(change.dueAt)}`]),
        ...(change.priority === undefined ? [] : [`priority ${change.priority}`]),
        ...(change.quantity === undefined ? [] : [`${change.quantity} pieces`]),
      ]
      return `Order ${names.order(`${change.orderId}.1`)}: ${parts.join(', ')}`
    }
    case 'people': {
      const now = state.groups
        .find(({ id }) => id === change.groupId)
        ?.headcounts.find(({ shift }) => shift === change.shift)?.count
      return `${names.group(change.groupId)}: ${change.count} instead of ${now ?? 0} in the shift ${change.shift}`
    }
    case 'other-machine': {
      const product = state.products.find(({ id }) => id === change.productId)
      const step = product?.steps[change.position - 1]?.name ?? 'a step that is gone'
      return `${names.resource(change.workUnitId)} can do ${step} of ${product?.name ?? 'a product that is gone'}, ${change.minutesPerPiece} min a piece`
    }
  }
}

function minuteText(minute: number): string {
  const two = (number: number) => String(number).padStart(2, '0')
  return `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}${minute > 1440 ? ' the next day' : ''}`
}

/** `Fri 4 Dec` on the plant's clock: a weekday alone does not say which week. */
function dayText(atMs: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', day: 'numeric', month: 'short' })
  // Without the comma that the language has behind the weekday.
  return parts.format(atMs).replace(',', '')
}

/** The same of a date. */
function dateText(date: string): string {
  return dayText(Date.parse(`${date}T00:00:00Z`), 'UTC')
}

function timeText(at: Instant, timeZone: string): string {
  return clockText(epochMs(at), timeZone).slice(-'00:00'.length)
}
