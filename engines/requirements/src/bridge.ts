import { type NetSupply, reachedBy } from './net-supply.ts'

/** What is counted on and not there yet: what is wanted meanwhile may need receipts earlier that were to refill the safety stock. */
export interface Bridge {
  add(supply: NetSupply): void
  /** Brings them nearer until what is wanted on this day is there, if they can. */
  hasten(day: number, covered: number): void
}

export function createBridge(): Bridge {
  let coming: NetSupply[] = []
  /** Those that come as early as they can. */
  const asked = new Set<NetSupply>()
  return {
    add: (supply) => void coming.push(supply),
    hasten(day, covered) {
      coming = coming.filter((supply) => supply.day > day && !supply.isCancelled)
      if (coming.length === 0) return
      let there = covered - coming.reduce((sum, { quantity }) => sum + quantity, 0)
      // The largest first: then none of them is moved for nothing.
      for (const supply of coming.toSorted((a, b) => b.quantity - a.quantity)) {
        if (there >= 0) return
        if (!supply.receipt || reachedBy(supply.receipt, day) > day) continue
        supply.day = day
        supply.wantedDay = day
        there += supply.quantity
      }
      if (there >= 0) return
      for (const supply of coming) {
        if (!supply.receipt || asked.has(supply)) continue
        const nearer = reachedBy(supply.receipt, day)
        if (nearer >= supply.day) continue
        supply.day = nearer
        supply.wantedDay = day
        asked.add(supply)
      }
    },
  }
}
