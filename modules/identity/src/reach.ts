import type { Page } from '@millrace/base'
import { authorize, type Context } from '@millrace/runtime'
import { judgedOf } from './actors.ts'
import { listKeys } from './api-keys.ts'
import type { PersonId } from './contract.ts'
import { findSeat } from './control-seat-store.ts'
import { companySites } from './extension-points.ts'
import type { Grant } from './grant-contract.ts'
import { holdingsFrom } from './holdings.ts'
import { listPeople } from './people.ts'
import { atBest, plantReaches } from './plant-reach.ts'
import type { AccountReach } from './reach-contract.ts'

interface Account {
  readonly kind: 'person' | 'key'
  readonly id: string
  readonly name: string
  readonly title: string
  readonly grants: readonly Grant[]
}

/**
 * What each account that works can touch in each plant: people by name or keys from the newest, page by page.
 */
export async function listReach(
  ctx: Context,
  query: { kind?: 'person' | 'key'; limit?: number; cursor?: string },
): Promise<Page<AccountReach>> {
  authorize(ctx.actor, 'identity:person:read')
  const { kind = 'person', ...page } = query
  const { items, nextCursor } = kind === 'person' ? await peopleOf(ctx, page) : await keysOf(ctx, page)
  const sites = (await ctx.ask(companySites, undefined)).flatMap((some) => some.map(({ id }) => id))
  const found: AccountReach[] = []
  for (const account of items) found.push(await reachOfAccount(ctx, account, sites))
  return { items: found, ...(nextCursor !== undefined && { nextCursor }) }
}

async function peopleOf(ctx: Context, page: { limit?: number; cursor?: string }): Promise<Page<Account>> {
  const found = await listPeople(ctx, { ...page, state: 'active' })
  return { ...found, items: found.items.map((person) => ({ kind: 'person' as const, ...person })) }
}

async function keysOf(ctx: Context, page: { limit?: number; cursor?: string }): Promise<Page<Account>> {
  const found = await listKeys(ctx, { ...page, state: 'working' })
  return { ...found, items: found.items.map((key) => ({ kind: 'key' as const, title: '', ...key })) }
}

async function reachOfAccount(ctx: Context, account: Account, sites: readonly string[]): Promise<AccountReach> {
  const { kind, id, name, title, grants } = account
  const judged = await judgedOf(ctx, {
    ...{ holder: { kind, id }, grants, address: ctx.actor.signIn?.address },
    standing: { kind, level: 2, station: false },
  })
  const plants = plantReaches(
    {
      best: holdingsFrom({ ...judged, grants: atBest(grants, ctx.nowMs), catalogue: ctx.permissions }),
      now: holdingsFrom({ ...judged, catalogue: ctx.permissions }),
    },
    sites,
    ctx.permissions,
  )
  const seat = kind === 'person' ? await findSeat(ctx.db, id as PersonId) : undefined
  return {
    ...{ kind, id, name, title, plants, controlSiteId: seat?.siteId ?? null },
    controls: plants.filter(({ kinds }) => kinds.includes('control')).length,
  }
}
