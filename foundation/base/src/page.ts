import { type TSchema, Type } from 'typebox'

/** The most rows one page of a list may hold. */
export const PAGE_LIMIT = 200

/** A page of a list. `nextCursor` is absent on the last page; it is opaque and belongs to the same query. */
export function page<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item), nextCursor: Type.Optional(Type.String()) })
}

export interface Page<T> {
  items: T[]
  nextCursor?: string
}

/** The query of a list. `limit` is at most {@link PAGE_LIMIT}. */
export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_LIMIT })),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
}

/**
 * A page out of what was found, when one more was looked for than the page holds.
 *
 * @param cursorOf what continues after the last item of the page.
 */
export function pageOf<T>(found: readonly T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return found.length > limit && last !== undefined ? { items, nextCursor: cursorOf(last) } : { items }
}

const DEFAULT_PAGE = 50

/** How many rows a list query asks for, within the bounds of a page. */
export function limitOf(query: { limit?: number }): number {
  return Math.min(query.limit ?? DEFAULT_PAGE, PAGE_LIMIT)
}
