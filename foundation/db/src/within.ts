import { type RawBuilder, sql } from 'kysely'

/** A part of an enterprise: whole sites, and equipment of others. */
type Part = 'everywhere' | { readonly sites: ReadonlySet<string>; readonly equipment: ReadonlySet<string> }

/**
 * The condition that a row lies within a part of the enterprise.
 *
 * @param site      the column of the row's site.
 * @param equipment the column of the row's equipment; left out for what belongs to a whole site.
 */
export function within(part: Part, site: string, equipment?: string): RawBuilder<boolean> {
  if (part === 'everywhere') return sql<boolean>`true`
  const atSite = sql<boolean>`${sql.ref(site)} = any(${[...part.sites]}::uuid[])`
  if (equipment === undefined || part.equipment.size === 0) return atSite
  return sql<boolean>`(${atSite} or ${sql.ref(equipment)} = any(${[...part.equipment]}::uuid[]))`
}
