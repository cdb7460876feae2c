import { ITEM_LIMIT, type Item, RequirementsInvalid } from './problem.ts'

/**
 * The low-level code of each item: one more than that of the deepest item that it is a component of.
 *
 * @throws RequirementsInvalid  an item contains itself, a component is unknown, or there are too many
 */
export function levelsOf(items: readonly Item[]): ReadonlyMap<string, number> {
  if (items.length > ITEM_LIMIT) throw new RequirementsInvalid(`There are more than ${ITEM_LIMIT} items.`)
  const byId = new Map(items.map((item) => [item.id, item]))
  if (byId.size < items.length) throw new RequirementsInvalid('An item is listed twice.')
  const uses = new Map(items.map(({ id }) => [id, 0]))
  for (const { id, components } of items)
    for (const { itemId } of components) {
      const count = uses.get(itemId)
      if (count === undefined) throw new RequirementsInvalid(`${id} is made of ${itemId}, which is not known.`)
      uses.set(itemId, count + 1)
    }
  const levels = new Map(items.map(({ id }) => [id, 0]))
  const ready = items.filter(({ id }) => uses.get(id) === 0)
  for (const { id, components } of ready) {
    const level = (levels.get(id) ?? 0) + 1
    for (const { itemId } of components) {
      levels.set(itemId, Math.max(levels.get(itemId) ?? 0, level))
      const left = (uses.get(itemId) ?? 0) - 1
      uses.set(itemId, left)
      const component = byId.get(itemId)
      if (left === 0 && component) ready.push(component)
    }
  }
  if (ready.length < items.length) {
    const rest = items.filter(({ id }) => (uses.get(id) ?? 0) > 0).map(({ id }) => id)
    throw new RequirementsInvalid(`These contain each other: ${rest.slice(0, 10).join(', ')}.`)
  }
  return levels
}
