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
