import type { Product, Step } from './contract.ts'
import type { PlacedOperation } from './plan-rules.ts'

/** Pieces of one part of an operation that was split. */
export interface Part {
  readonly part: number
  readonly quantity: number
}

/** The parts of operations that were split, by order and position as {@link stepKey} has them. */
export type Splits = ReadonlyMap<string, readonly Part[]>

/** An operation cannot be split into more parts. */
export const PARTS_MAX = 9

/** What is to be done of an order: a step, or a part of it. */
export interface OrderOperation extends Part {
  readonly operationId: string
  readonly position: number
  readonly step: Step
  /** Whether it is one of several parts. */
  readonly isPart: boolean
}

export function stepKey(orderId: string, position: number): string {
  return `${orderId}.${position}`
}

/** `0199….2`, and for further parts of a split operation `0199….2.2`. */
export function operationIdOf(orderId: string, position: number, part = 1): string {
  return part === 1 ? stepKey(orderId, position) : `${orderId}.${position}.${part}`
}

/** How the operations of a plan are split, each with all of its parts, also those that have no place. */
export function splitsOf(
  placed: readonly PlacedOperation[],
  orders: readonly { readonly id: string; readonly quantity: number }[],
): Splits {
  const quantities = new Map(orders.map(({ id, quantity }) => [id, quantity]))
  const parts = Map.groupBy(
    placed.filter(({ quantity }) => quantity !== null),
    ({ orderId, position }) => stepKey(orderId, position),
  )
  const splits = new Map<string, readonly Part[]>()
  for (const [key, list] of parts) {
    const own = list.map(({ part, quantity }) => ({ part, quantity: quantity ?? 0 }))
    splits.set(key, partsOf(quantities.get(list[0]?.orderId ?? '') ?? 0, own))
  }
  return splits
}

/** Pieces of a part; null for an operation that is whole. */
export function quantityOfPart(splits: Splits, key: string, part: number): number | null {
  return splits.get(key)?.find((one) => one.part === part)?.quantity ?? null
}

/**
 * Parts that together are the whole quantity: what those in the plan leave over is one more, and what is more than there is falls
 * away from the last ones, for the order may ask for another quantity than when it was split.
 */
function partsOf(quantity: number, placed: readonly Part[]): Part[] {
  const parts: Part[] = []
  let left = quantity
  for (const one of placed.toSorted((a, b) => a.part - b.part)) {
    const own = Math.min(one.quantity, left)
    if (own > 0) parts.push({ part: one.part, quantity: own })
    left -= own
  }
  if (left === 0) return parts
  const last = parts.at(-1)
  const free = freePart(parts)
  if (free !== undefined) parts.push({ part: free, quantity: left })
  else if (last) parts[parts.length - 1] = { part: last.part, quantity: last.quantity + left }
  return parts
}

/** The number of the next part; undefined when there are as many as there may be. */
export function freePart(parts: readonly Part[]): number | undefined {
  const taken = new Set(parts.map(({ part }) => part))
  for (let part = 1; part <= PARTS_MAX; part += 1) if (!taken.has(part)) return part
  return undefined
}

/** Everything that is to be done of an order, in the order of its steps. */
export function operationsOf(
  order: { readonly id: string; readonly quantity: number },
  product: Pick<Product, 'steps'> | undefined,
  splits: Splits,
): OrderOperation[] {
  return (product?.steps ?? []).flatMap((step, index) => {
    const position = index + 1
    const parts = partsOf(order.quantity, splits.get(stepKey(order.id, position)) ?? [])
    return parts.map(({ part, quantity }) => ({
      ...{ operationId: operationIdOf(order.id, position, part), position, step, part, quantity },
      isPart: parts.length > 1,
    }))
  })
}
