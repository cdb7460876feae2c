import { type Bill, type BillItem, type MaterialId, needOf } from './contract.ts'

/** Deeper than any product of a factory; a bill that goes on longer is one that leads back to itself. */
const LEVELS_MAX = 50

/** A component in the tree of a bill. */
export interface ExplodedItem {
  readonly item: BillItem
  readonly parentId: MaterialId
  /** 1 for what the material itself takes. */
  readonly level: number
  /** For the amount that was asked about, in thousandths of the component's unit. */
  readonly need: number
  /** Whether the component has a bill of its own. */
  readonly made: boolean
}

/**
 * Everything that an amount of a material takes, level by level, each component below what takes it. A component that is used in
 * several places is there several times.
 *
 * @param amount in thousandths of the material's unit
 */
export function explode(materialId: MaterialId, amount: number, bills: readonly Bill[]): ExplodedItem[] {
  const itemsOf = new Map(bills.map((bill) => [bill.materialId, bill.items]))
  const below = (parentId: MaterialId, parentAmount: number, level: number): ExplodedItem[] =>
    level > LEVELS_MAX
      ? []
      : (itemsOf.get(parentId) ?? []).flatMap((item) => {
          const need = needOf(item, parentAmount)
          const made = (itemsOf.get(item.componentId)?.length ?? 0) > 0
          return [{ item, parentId, level, need, made }, ...below(item.componentId, need, level + 1)]
        })
  return below(materialId, amount, 1)
}

/**
 * The way on which a material would lead back to itself, from itself to itself; undefined when it does not.
 *
 * @param bills as they would be
 */
export function loopThrough(materialId: MaterialId, bills: readonly Bill[]): MaterialId[] | undefined {
  const itemsOf = new Map(bills.map((bill) => [bill.materialId, bill.items]))
  const seen = new Set<MaterialId>()
  const search = (at: MaterialId): MaterialId[] | undefined => {
    for (const { componentId } of itemsOf.get(at) ?? []) {
      if (componentId === materialId) return [at, componentId]
      if (seen.has(componentId)) continue
      seen.add(componentId)
      const way = search(componentId)
      if (way) return [at, ...way]
    }
    return undefined
  }
  return search(materialId)
}
