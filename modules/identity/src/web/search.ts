import { page } from '@millrace/base'
import { api, type SearchHit } from '@millrace/ui'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { Person } from '../contract.ts'
import { PEOPLE_TABS } from './PeopleTabs.tsx'
import { rolesQuery, sessionQuery } from './queries.ts'
import { texts } from './texts.ts'

/** Pages of people that the search knows: a thousand names. Beyond that, the list of people has a search of its own. */
const PAGE_COUNT = 5
const PAGE_ROWS = 200
const FRESH_MS = 60_000

const namesQuery = queryOptions({
  queryKey: ['identity', 'people', 'names'],
  queryFn: async ({ signal }) => {
    const people: Person[] = []
    let cursor: string | undefined
    for (let read = 0; read < PAGE_COUNT; read += 1) {
      const query = { limit: PAGE_ROWS, cursor }
      const found = await api.get('/identity/people', { response: page(Person), query, signal })
      people.push(...found.items)
      cursor = found.nextCursor
      if (cursor === undefined) break
    }
    return people
  },
  staleTime: FRESH_MS,
})

/** The people, roles and pages that the signed-in person may see. */
export async function searchPeople(queryClient: QueryClient): Promise<readonly SearchHit[]> {
  const session = await queryClient.ensureQueryData(sessionQuery)
  const held = new Set(session?.permissions)
  const pages = PEOPLE_TABS.filter(({ to, permission }) => held.has(permission) && to !== '/identity/people')
  if (!held.has('identity:person:read')) return []
  const [people, roles] = await Promise.all([
    queryClient.ensureQueryData(namesQuery),
    queryClient.ensureQueryData(rolesQuery),
  ])
  return [
    ...people.map(({ id, name, title }) => ({
      ...{ id, text: name, context: title, group: texts.tabs.people, to: `/identity/people/${id}` },
    })),
    ...roles.items.map(({ id, name }) => ({
      ...{ id, text: name, context: '', group: texts.tabs.roles, to: `/identity/roles?role=${encodeURIComponent(id)}` },
    })),
    ...pages.map(({ to, text }) => ({ id: to, text, context: texts.tabs.label, group: texts.tabs.pages, to })),
  ]
}
