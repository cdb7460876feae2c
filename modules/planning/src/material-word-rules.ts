import { DAY_MS, decimalOf, SECOND_MS, wallClock } from '@millrace/base'
import type { Coming } from './material-rules.ts'
import type { SiteState, StatedProblem } from './problem-rules.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** Further away a weekday alone is no longer clear. */
const WEEKDAYS_MS = 6 * DAY_MS

/** Names of materials in a site's plan, and when they come, as people say them. */
export interface MaterialNames {
  /** `Steel strip 2.5 mm` */
  readonly material: (materialId: string) => string
  /** `240 kg of Steel strip 2.5 mm, PO 4711, expected Thu 14:00`: what an operation that starts then has waited for. */
  readonly awaited: (operationId: string, materialId: string, startS: number) => string
  /** `Steel strip 2.5 mm and Rivet 3 mm`: everything an operation takes. */
  readonly taken: (operationId: string) => string
  /** What another order makes for an operation: `its Alox scale 91`; undefined when it makes nothing for it. */
  readonly madeFor: (operationId: string, makerId: string) => string | undefined
  /** `PO 4711 of Steel strip 2.5 mm, expected Thu 14:00` */
  readonly arrival: (materialId: string, arrivalId: string) => string
}

/** @param clock says a moment as `Thu 14:00` on the clock of a zone */
export function materialNamesOf(
  state: SiteState,
  stated: StatedProblem | undefined,
  clock: (atMs: number, timeZone: string) => string,
): MaterialNames {
  const { supplied, originMs = 0 } = stated ?? {}
  const known = new Map<string, { name: string; unit: string }>(state.supply.materials.map((one) => [one.id, one]))
  const material = (id: string) => known.get(id)?.name ?? 'a material'
  const when = (atMs: number) => {
    const text = clock(atMs, state.timeZone)
    return Math.abs(atMs - state.nowMs) <= WEEKDAYS_MS ? text : `${text.slice(0, 3)} ${dayText(atMs, state.timeZone)}`
  }
  const arrivalText = ({ kind, receipt, atMs }: Coming) => {
    if (kind === 'assumed') return `which nobody has ordered, assumed to come ${when(atMs)}`
    const reference = receipt?.reference ?? ''
    return kind === 'overdue'
      ? `${reference}, overdue and assumed to come ${when(atMs)}`
      : `${reference}, expected ${when(atMs)}`
  }
  return {
    material,
    awaited: (operationId, materialId, startS) => {
      const need = supplied?.needs.get(operationId)?.find((one) => one.materialId === materialId)
      const unit = known.get(materialId)?.unit ?? ''
      const amount = need ? `${decimalOf(need.amount)}${unit === 'pcs' ? '' : ` ${unit}`} of ` : ''
      const coming = supplied?.coming.get(materialId)?.findLast(({ atMs }) => atMs <= originMs + startS * SECOND_MS)
      return `${amount}${material(materialId)}${coming ? `, ${arrivalText(coming)}` : ''}`
    },
    taken: (operationId) => {
      const names = (supplied?.needs.get(operationId) ?? []).map(({ materialId }) => material(materialId))
      return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : (names[0] ?? 'a material')
    },
    madeFor: (operationId, makerId) => {
      const peg = supplied?.pegs.get(operationId)?.find((one) => one.operationId === makerId)
      return peg && material(peg.materialId)
    },
    arrival: (materialId, arrivalId) => {
      const coming = supplied?.coming.get(materialId)?.find(({ id }) => id === arrivalId)
      return `${material(materialId)}${coming ? `, ${arrivalText(coming)}` : ''}`
    },
  }
}

/** `8 Dec` */
function dayText(atMs: number, timeZone: string): string {
  const { day, month } = wallClock(atMs, timeZone)
  return `${day} ${MONTHS[month - 1]}`
}
