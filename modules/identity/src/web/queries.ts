import { isProblem, page } from '@millrace/base'
import { api } from '@millrace/ui'
import {
  hashKey,
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useMemo } from 'react'
import { Type } from 'typebox'
import { Person, type PersonFilter, type PersonId, Session, Welcome } from '../contract.ts'
import { RoleDetail } from '../grant-contract.ts'

export const welcomeQuery = queryOptions({
  queryKey: ['identity', 'welcome'],
  queryFn: ({ signal }) => api.get('/identity/welcome', { response: Welcome, signal }),
})

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['identity', 'session'],
  queryFn: async ({ signal }) => {
    try {
      return await api.get('/identity/session', { response: Session, signal })
    } catch (error) {
      if (isProblem(error) && error.type.kind === 'unauthenticated') return null
      throw error
    }
  },
  staleTime: 60_000,
})

/** People, page by page. */
export const peopleQuery = (filter: PersonFilter) =>
  infiniteQueryOptions({
    queryKey: ['identity', 'people', filter],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.get('/identity/people', { response: page(Person), query: { ...filter, cursor }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
  })

export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ['identity', 'person', id],
    queryFn: ({ signal }) => api.get(`/identity/people/${id}`, { response: Person, signal }),
  })

export const rolesQuery = queryOptions({
  queryKey: ['identity', 'roles'],
  queryFn: ({ signal }) =>
    api.get('/identity/roles', { response: Type.Object({ items: Type.Array(RoleDetail) }), signal }),
})

/** The signed-in person's session; undefined while nobody is known to be signed in. */
export function useSession(): Session | undefined {
  const session = useQuery(sessionQuery).data
  return session?.level === 2 ? session : undefined
}

/** Whether the signed-in person may do this somewhere. The server decides; this only keeps useless buttons away. */
export function useMay(permission: string): boolean {
  return useSession()?.permissions.includes(permission) ?? false
}

/** Whether the signed-in person may do this at all of a site. As {@link useMay}, for buttons of pages about one plant. */
export function useMayAt(permission: string, siteId: string | undefined): boolean {
  const session = useSession()
  if (siteId === undefined || !session?.permissions.includes(permission)) return false
  return session.bounded.find((one) => one.permission === permission)?.siteIds.includes(siteId) ?? true
}

/** Whether the signed-in person may do this everywhere. As {@link useMay}, for buttons of what belongs to the whole company. */
export function useMayEverywhere(permission: string): boolean {
  const session = useSession()
  if (!session?.permissions.includes(permission)) return false
  return !session.bounded.some((one) => one.permission === permission)
}

/** What the signed-in person holds somewhere. */
export function usePermissions(): ReadonlySet<string> {
  const permissions = useSession()?.permissions
  return useMemo(() => new Set(permissions), [permissions])
}

export interface Credentials {
  readonly email: string
  readonly password: string
}

export interface NewEnterprise {
  readonly enterpriseName: string
  readonly person: { readonly name: string; readonly email: string; readonly password: string }
}

export function useSignIn() {
  return useSessionMutation((credentials: Credentials) =>
    api.post('/identity/sessions', { body: credentials, response: Session }),
  )
}

/** As a person of the demo company, without a password. */
export function useSignInAs() {
  return useSessionMutation((personId: PersonId) =>
    api.post('/identity/demo-sessions', { body: { personId }, response: Session }),
  )
}

/** Founds the company of this installation and signs its first person in. */
export function useFoundEnterprise() {
  return useSessionMutation((enterprise: NewEnterprise) =>
    api.post('/identity/enterprises', { body: enterprise, response: Session }),
  )
}

export function useSignOut() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => api.delete('/identity/session'),
    onSettled: () => becomes(queryClient, null),
  })
}

/** A write after which somebody else is signed in. */
export function useSessionMutation<T>(mutationFn: (input: T) => Promise<Session>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    onSuccess: (session) => becomes(queryClient, session),
  })
}

/**
 * Somebody else is signed in from now on, or nobody: nothing that another person was allowed to see may stay on the screen.
 * What visitors see stays, and the session itself is replaced rather than dropped, so that who shows it hears of the change.
 * The same person with the same rights once more, by a passkey that was suggested and one that was asked for, is no change:
 * dropping what a page just loads would break it.
 */
function becomes(queryClient: QueryClient, session: Session | null): void {
  const kept = [sessionQuery.queryKey, welcomeQuery.queryKey].map((key) => hashKey(key))
  if (rightsOf(queryClient.getQueryData(sessionQuery.queryKey)) !== rightsOf(session) || session === null)
    queryClient.removeQueries({ predicate: ({ queryHash }) => !kept.includes(queryHash) })
  queryClient.setQueryData(sessionQuery.queryKey, session)
}

/** Who may see what: all of a session but which one it is and how long it lasts. */
function rightsOf(session: Session | null | undefined): string {
  return hashKey([session && { ...session, id: '', expiresAt: '' }])
}
