import type { Equipment } from '@millrace/plant/contract'

/** What an open finding counts for when plants are put in order: one urgent outweighs any number of lesser ones. */
const WEIGHTS: readonly number[] = [0, 1000, 100, 10, 1]

/**
 * Plants with the worst first: by their open findings, then by name. Stops come and go by the minute and would make the
 * cards jump about, so they do not count.
 */
export function siteOrder<T extends Pick<Equipment, 'id' | 'name'>>(
  sites: readonly T[],
  findings: readonly { readonly siteId: string; readonly priority: number }[],
): T[] {
  const weights = new Map<string, number>()
  for (const { siteId, priority } of findings) {
    weights.set(siteId, (weights.get(siteId) ?? 0) + (WEIGHTS[priority] ?? 0))
  }
  const weightOf = (site: T) => weights.get(site.id) ?? 0
  return [...sites].sort((a, b) => weightOf(b) - weightOf(a) || a.name.localeCompare(b.name))
}
