import { createHash } from 'node:crypto'
import { epochMs, type Instant } from '@millrace/base'
import type { SitePlans } from './schedule.ts'

/**
 * Tells one state of a site's plan, and of everything it is made of, from another: the plan and its revision, orders, routings, set-ups,
 * people and working times. What ended before a moment counts no more.
 */
export function baseMarkOf({ state, draft, published }: SitePlans, since: Instant): string {
  const base = draft ?? published
  const { orders, products, setups, groups, exceptions, units } = state
  const known = [
    ...[base?.id, base?.revision, orders, products, setups, groups, units],
    exceptions.filter(({ endAt }) => epochMs(endAt) > epochMs(since)),
  ]
  return createHash('sha256').update(JSON.stringify(known)).digest('base64url')
}
