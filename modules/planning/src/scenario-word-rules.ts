import { epochMs } from '@millrace/base'
import type { SiteState } from './problem-rules.ts'
import type { ScenarioChange } from './scenario-contract.ts'
import { clockText, namesOf, WEEKDAYS } from './word-rules.ts'

/** A change of a scenario as a person would say it. */
export function changeText(change: ScenarioChange, state: SiteState): string {
  const names = namesOf(state)
  const when = (at: Parameters<typeof epochMs>[0]) =>
    `${dayText(at, state.timeZone)} ${clockText(epochMs(at), state.timeZone)}`
  switch (change.kind) {
    case 'extra-work': {
      const { fromOn, untilOn, weekdays, startMinute, endMinute, workUnitIds } = change
      const who = workUnitIds === null ? 'the whole plant' : workUnitIds.map(names.resource).join(', ')
      const days =
        weekdays.length === 7
          ? 'every day'
          : [...weekdays]
              .sort()
              .map((day) => WEEKDAYS[day - 1])
              .join(', ')
      const span = fromOn === untilOn ? `on ${fromOn}` : `${days}, ${fromOn} to ${untilOn}`
      return `Extra work of ${who} ${span}, ${minuteText(startMinute)} to ${minuteText(endMinute)}`
    }
    case 'machine-away':
      return `${names.resource(change.workUnitId)} is away from ${when(change.startAt)} to ${when(change.endAt)}`
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

/** `2026-12-04` on the plant's clock: a weekday alone does not say which week. */
function dayText(at: Parameters<typeof epochMs>[0], timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(epochMs(at))
}
