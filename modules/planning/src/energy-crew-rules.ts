import type { EnergyWait } from '@millrace/scheduling'
import type { MinuteSpan } from './compressed-time-rules.ts'

/** People or tools that can stand in for each other, and when how many of them are there. */
export interface Crew {
  /** When more than so many are there, by place in the list. The first is there whenever anybody is. */
  readonly seats: readonly (readonly MinuteSpan[])[]
}

/** What an operation holds of a crew, as it is planned. */
export interface Hold {
  readonly operation: number
  readonly from: number
  readonly to: number
  readonly count: number
}

/** What keeps an operation from holding people whom another one needs. */
export interface Seated {
  readonly waits: readonly EnergyWait[]
  /** One of these the operation needs to itself; undefined when any time will do. */
  readonly open: readonly MinuteSpan[] | undefined
}

/**
 * Hands people on from operation to operation as the plan has them: whoever keeps to that order, whenever it works, never needs
 * more of them than there are (a partial order schedule: N. Policella, A. Cesta, A. Oddo, S. F. Smith, "From precedence constraint
 * posting to partial order schedules", AI Communications 20, 2007).
 *
 * @returns by operation; one that is missing could not be seated and has to stay where it is
 */
export function seatCrew({ seats }: Crew, holds: readonly Hold[]): Map<number, Seated> {
  const last = seats.map((): Hold | undefined => undefined)
  const seated = new Map<number, Seated>()
  for (const hold of holds.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const free = seats
      .map((open, seat) => ({ seat, span: open.find(({ from, to }) => from <= hold.from && hold.to <= to) }))
      .filter(({ seat, span }) => span && (last[seat]?.to ?? 0) <= hold.from)
      // Those who are there least first, so that the others are left for work that needs them; then whoever was free last.
      .sort((a, b) => b.seat - a.seat || (last[b.seat]?.to ?? 0) - (last[a.seat]?.to ?? 0))
    if (free.length < hold.count) continue
    const taken = free.slice(0, hold.count)
    const waits = taken.flatMap(({ seat }) => {
      const ahead = last[seat]
      return ahead ? [{ operation: ahead.operation, minutes: ahead.to - ahead.from }] : []
    })
    const rarest = Math.max(...taken.map(({ seat }) => seat))
    seated.set(hold.operation, { waits, open: rarest === 0 ? undefined : seats[rarest] })
    for (const { seat } of taken) last[seat] = hold
  }
  return seated
}
