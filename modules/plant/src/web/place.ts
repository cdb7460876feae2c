import type { Crumb, Place } from '@millrace/ui'
import type { Equipment } from '../contract.ts'
import { texts } from './texts.ts'

/** The tree of a company, looked up by id. Children are in the plant's own order. */
export interface PlaceTree {
  readonly byId: ReadonlyMap<string, Equipment>
  readonly childrenOf: ReadonlyMap<string, readonly Equipment[]>
  readonly sites: readonly Equipment[]
}

/** Deeper than any plant; a loop in bad data ends here. */
const DEPTH_LIMIT = 8

/** Makes the tree of a list of equipment. A piece whose parent is not in the list is reachable by its id only. */
export function placeTree(items: readonly Equipment[]): PlaceTree {
  const childrenOf = new Map<string, Equipment[]>()
  for (const item of items) {
    if (item.parentId !== null) childrenOf.set(item.parentId, [...(childrenOf.get(item.parentId) ?? []), item])
  }
  const inOrder = (a: Equipment, b: Equipment) => a.position - b.position || a.name.localeCompare(b.name)
  for (const children of childrenOf.values()) children.sort(inOrder)
  return {
    byId: new Map(items.map((item) => [item.id, item])),
    childrenOf,
    sites: items.filter((item) => item.level === 'site').sort(inOrder),
  }
}

/** From the site down to the parent of a piece of equipment. */
export function ancestorsOf(tree: PlaceTree, id: string): Equipment[] {
  const ancestors: Equipment[] = []
  let parentId = tree.byId.get(id)?.parentId ?? null
  while (parentId !== null && ancestors.length < DEPTH_LIMIT) {
    const parent = tree.byId.get(parentId)
    if (!parent) break
    ancestors.unshift(parent)
    parentId = parent.parentId
  }
  return ancestors
}

/** All machines at or below a place, in the plant's order. */
export function machinesBelow(tree: PlaceTree, id: string, depth = 0): Equipment[] {
  const item = tree.byId.get(id)
  if (item?.level === 'work-unit') return [item]
  if (depth >= DEPTH_LIMIT) return []
  return (tree.childrenOf.get(id) ?? []).flatMap((child) => machinesBelow(tree, child.id, depth + 1))
}

/** All places from the plants down, each after what it stands in. */
export function placesInOrder(tree: PlaceTree): Place[] {
  const below = (item: Equipment, depth: number): Place[] => {
    const { id, name, level, parentId, siteId } = item
    const shifts = tree.byId.get(siteId)?.site?.shifts.map((shift) => shift.name) ?? []
    const children = depth < DEPTH_LIMIT ? (tree.childrenOf.get(id) ?? []) : []
    const place = { ...{ id, name, parentId, siteId, shifts }, level: texts.levels[level] }
    return [place, ...children.flatMap((child) => below(child, depth + 1))]
  }
  return tree.sites.flatMap((site) => below(site, 0))
}

/** The page of a piece of equipment. */
export function pageOf(item: Equipment): string {
  if (item.level === 'site') return `/plant/sites/${item.id}`
  return item.level === 'work-unit' ? `/plant/machines/${item.id}` : `/plant/places/${item.id}`
}

/** The breadcrumb above a piece of equipment, from the company down. */
export function crumbsOf(tree: PlaceTree, id: string, company: string): Crumb[] {
  return [
    { text: company, to: '/overview' },
    ...ancestorsOf(tree, id).map((item) => ({ text: item.name, to: pageOf(item) })),
  ]
}

/** Where a machine stands, in words: `Blade milling, Sursee`. */
export function placeText(tree: PlaceTree, id: string): string {
  return ancestorsOf(tree, id)
    .map((item) => item.name)
    .reverse()
    .join(', ')
}
