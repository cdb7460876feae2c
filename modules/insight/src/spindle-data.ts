import type { BearingOrders } from '@millrace/signals'

/** What a data sheet says of a spindle: cutting edges of its usual tool, and its bearings' frequencies in orders. */
export interface SpindleData {
  readonly teeth: number | undefined
  readonly bearing: BearingOrders
}

// TODO: goes away when assets carry their data sheets; until then a kind of machine stands for its usual spindle.
const BY_KIND: Readonly<Record<string, SpindleData>> = {
  // End mill with four edges; front bearing with 16 balls.
  mill: { teeth: 4, bearing: { outer: 6.72 } },
  // A single insert cuts once a revolution, where imbalance shows too: no tooth band.
  lathe: { teeth: undefined, bearing: { outer: 6.72 } },
}

/** The spindle of a kind of machine; one without cutting edges or known bearings for kinds we know nothing of. */
export function spindleDataOf(kind: string | null): SpindleData {
  return BY_KIND[kind ?? ''] ?? { teeth: undefined, bearing: {} }
}
