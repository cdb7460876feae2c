import { Spotlight, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouteContext } from '@tanstack/react-router'
import { useEffect } from 'react'
import { SearchIcon } from '../icons.tsx'
import type { AppContext, NavigationEntry, SearchHit } from '../module.ts'
import { texts } from '../texts.ts'
import { foundIn } from './found.ts'

/** Rows shown at once; more words in the search find the rest. */
const HIT_LIMIT = 12

/** One field that finds machines, findings and pages, and goes there. */
export function Search({ entries, onClose }: { entries: readonly NavigationEntry[]; onClose: () => void }) {
  const { assembly } = useRouteContext({ strict: false }) as AppContext
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const hits = useQuery({ queryKey: ['ui', 'search'], queryFn: () => assembly.search(queryClient), staleTime: 0 })
  useEffect(() => spotlight.open(), [])

  const pages: SearchHit[] = entries.map((entry) => ({
    id: entry.to,
    text: entry.text,
    context: '',
    group: texts.search.pages,
    to: entry.to,
  }))
  return (
    <Spotlight
      actions={grouped([...pages, ...(hits.data ?? [])], (href) => void navigate({ href }))}
      filter={(query, actions) => foundIn(actions as SpotlightActionGroupData[], query)}
      limit={HIT_LIMIT}
      nothingFound={texts.search.nothing}
      searchProps={{ leftSection: <SearchIcon />, placeholder: texts.search.prompt, 'aria-label': texts.search.prompt }}
      shortcut={null}
      centered={false}
      yOffset="12vh"
      overlayProps={{ backgroundOpacity: 0.3 }}
      styles={{ content: { background: 'var(--raised)' } }}
      scrollable
      onSpotlightClose={onClose}
    />
  )
}

function grouped(hits: readonly SearchHit[], go: (to: string) => void): SpotlightActionGroupData[] {
  const groups = new Map<string, SpotlightActionGroupData>()
  for (const hit of hits) {
    const group = groups.get(hit.group) ?? { group: hit.group, actions: [] }
    group.actions.push({ id: hit.id, label: hit.text, description: hit.context, onClick: () => go(hit.to) })
    groups.set(hit.group, group)
  }
  return [...groups.values()]
}
