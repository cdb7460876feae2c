import { instant } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { GroupId, OrderId, ProductId } from '../contract.ts'
import type { ScenarioChange } from '../scenario-contract.ts'
import { minuteOf, momentOf } from './wall-moment.ts'

export type ChangeKind = ScenarioChange['kind']

/** A change as it is typed in: every field of every kind, so that nothing typed is lost when the kind changes. */
export interface ChangeForm {
  /** For React: a row keeps its fields when another is taken out. */
  readonly key: number
  readonly kind: ChangeKind
  readonly fromOn: string
  readonly untilOn: string
  readonly weekdays: readonly number[]
  readonly startTime: string
  readonly endTime: string
  readonly workUnitIds: readonly string[]
  readonly workUnitId: string | null
  readonly from: string
  readonly until: string
  readonly orderId: string | null
  readonly number: string
  readonly productId: string | null
  readonly quantity: number | string
  readonly due: string
  readonly priority: string | null
  readonly groupId: string | null
  readonly shift: string | null
  readonly count: number | string
  readonly position: string | null
  readonly minutes: number | string
}

const WEEKEND = [6]
const DAY_MINUTES = 1440

/** A change of which nothing is known but its kind. @param today `2026-11-30` */
export function emptyChange(key: number, kind: ChangeKind, today: string): ChangeForm {
  return {
    ...{ key, kind, fromOn: today, untilOn: today, weekdays: WEEKEND, startTime: '06:00', endTime: '14:00' },
    ...{ workUnitIds: [], workUnitId: null, from: `${today}T06:00`, until: `${today}T18:00`, orderId: null },
    ...{ number: '', productId: null, quantity: '', due: '', priority: null, groupId: null, shift: null, count: '' },
    ...{ position: null, minutes: '' },
  }
}

/** What was typed in as the server takes it; undefined while something is missing. */
export function changeOf(form: ChangeForm, timeZone: string): ScenarioChange | undefined {
  const moment = (text: string) => {
    const ms = momentOf(text, timeZone)
    return ms === undefined ? undefined : instant(ms)
  }
  switch (form.kind) {
    case 'extra-work': {
      const [start, end] = [minuteOf(form.startTime), minuteOf(form.endTime)]
      if (start === undefined || end === undefined || !form.fromOn || !form.untilOn) return undefined
      // One day needs no weekday: it has its own.
      const weekdays = form.fromOn === form.untilOn ? [1, 2, 3, 4, 5, 6, 7] : [...form.weekdays]
      if (weekdays.length === 0) return undefined
      return {
        ...{ kind: 'extra-work', fromOn: form.fromOn, untilOn: form.untilOn, weekdays, startMinute: start },
        endMinute: end <= start ? end + DAY_MINUTES : end,
        workUnitIds: form.workUnitIds.length === 0 ? null : ([...form.workUnitIds] as EquipmentId[]),
      }
    }
    case 'machine-away': {
      const [startAt, endAt] = [moment(form.from), moment(form.until)]
      if (!startAt || !endAt || !form.workUnitId) return undefined
      return { kind: 'machine-away', workUnitId: form.workUnitId as EquipmentId, startAt, endAt }
    }
    case 'rush-order': {
      const dueAt = moment(form.due)
      if (!dueAt || !form.productId || typeof form.quantity !== 'number' || form.number.trim() === '') return undefined
      return {
        ...{ kind: 'rush-order', number: form.number.trim(), productId: form.productId as ProductId, dueAt },
        ...{ quantity: form.quantity, priority: Number(form.priority ?? 1), customer: null },
      }
    }
    case 'other-order': {
      const dueAt = moment(form.due)
      if (!form.orderId) return undefined
      return {
        ...{ kind: 'other-order', orderId: form.orderId as OrderId },
        ...(dueAt && { dueAt }),
        ...(form.priority !== null && { priority: Number(form.priority) }),
        ...(typeof form.quantity === 'number' && { quantity: form.quantity }),
      }
    }
    case 'people':
      if (!form.groupId || !form.shift || typeof form.count !== 'number') return undefined
      return { kind: 'people', groupId: form.groupId as GroupId, shift: form.shift, count: form.count }
    case 'other-machine':
      if (!form.productId || !form.position || !form.workUnitId || typeof form.minutes !== 'number') return undefined
      return {
        ...{ kind: 'other-machine', productId: form.productId as ProductId, position: Number(form.position) },
        ...{ workUnitId: form.workUnitId as EquipmentId, minutesPerPiece: form.minutes },
      }
  }
}
