import type { SpotlightActionData, SpotlightActionGroupData } from '@mantine/spotlight'

/**
 * What fits the words typed: what is named so before what only says so, and the group of the best hit first. Accents do
 * not count. Without words everything stays as it was.
 */
export function foundIn(groups: readonly SpotlightActionGroupData[], query: string): SpotlightActionGroupData[] {
  const wanted = plain(query.trim())
  if (wanted === '') return [...groups]
  return groups
    .map((group) => {
      const ranked = group.actions
        .map((action) => ({ action, rank: rankOf(action, wanted) }))
        .filter(({ rank }) => rank < NOT_FOUND)
        .sort((one, other) => one.rank - other.rank)
      return { group: { ...group, actions: ranked.map(({ action }) => action) }, best: ranked[0]?.rank ?? NOT_FOUND }
    })
    .filter(({ best }) => best < NOT_FOUND)
    .sort((one, other) => one.best - other.best)
    .map(({ group }) => group)
}

const NOT_FOUND = 4

function rankOf({ label = '', description = '' }: SpotlightActionData, wanted: string): number {
  const name = plain(label)
  if (name.startsWith(wanted)) return 0
  if (name.includes(` ${wanted}`)) return 1
  if (name.includes(wanted)) return 2
  return plain(description).includes(wanted) ? 3 : NOT_FOUND
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
