import { page } from '@millrace/base'
import { api } from '@millrace/ui'
import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Type } from 'typebox'
import { type PersonId, Session } from '../contract.ts'
import {
  BadgeHolder,
  IssuedBadge,
  type NewStation,
  OwnPin,
  type PinChange,
  Station,
  type StationChange,
  type StationHere,
  StationPerson,
  type StationSignIn,
  StationWithCode,
  WhichStation,
} from '../station-contract.ts'
import { sessionQuery } from './queries.ts'

/** The station this browser is; `station` is null for a computer of one's own. */
export const stationQuery = queryOptions({
  queryKey: ['identity', 'station'],
  queryFn: ({ signal }) => api.get('/identity/station', { response: WhichStation, signal }),
  staleTime: 60_000,
})

export function useStation(): StationHere | undefined {
  return useQuery(stationQuery).data?.station ?? undefined
}

/** Who may sign in here with a PIN, by a part of the name. */
export const stationPeopleQuery = (text: string) =>
  queryOptions({
    queryKey: ['identity', 'station-people', text],
    queryFn: ({ signal }) =>
      api.get('/identity/station/people', {
        response: Type.Object({ items: Type.Array(StationPerson) }),
        query: { text: text === '' ? undefined : text },
        signal,
      }),
  })

export function useEnrolStation() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (code: string) => api.post('/identity/station/enrol', { body: { code }, response: WhichStation }),
    onSuccess: (found) => queryClient.setQueryData(stationQuery.queryKey, found),
  })
}

/** Signs an operator in, and whoever was signed in here out. */
export function useStationSignIn() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (shown: StationSignIn) => api.post('/identity/station/sessions', { body: shown, response: Session }),
    onSuccess: (session) => changeHands(queryClient, session),
  })
}

/** Signs whoever is signed in at this station out. */
export function useLeaveStation() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => api.delete('/identity/session'),
    onSettled: () => changeHands(queryClient, null),
  })
}

/** Nothing that the one before was allowed to see may stay on the screen; the station stays the station. */
function changeHands(queryClient: QueryClient, session: Session | null): void {
  const staying = [sessionQuery.queryKey, stationQuery.queryKey].map((key) => JSON.stringify(key))
  queryClient.removeQueries({ predicate: ({ queryKey }) => !staying.includes(JSON.stringify(queryKey)) })
  queryClient.setQueryData(sessionQuery.queryKey, session)
}

export const ownPinQuery = queryOptions({
  queryKey: ['identity', 'own-pin'],
  queryFn: ({ signal }) => api.get('/identity/pin', { response: OwnPin, signal }),
})

export function useSetPin() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (change: PinChange) => api.put('/identity/pin', { body: change }),
    onSuccess: () => queryClient.setQueryData(ownPinQuery.queryKey, { isSet: true }),
  })
}

export const stationsQuery = queryOptions({
  queryKey: ['identity', 'stations'],
  queryFn: ({ signal }) => api.get('/identity/stations', { response: page(Station), query: { limit: 200 }, signal }),
})

export const badgeHoldersQuery = (text: string) =>
  queryOptions({
    queryKey: ['identity', 'badges', text],
    queryFn: ({ signal }) =>
      api.get('/identity/badges', {
        response: page(BadgeHolder),
        query: { limit: 50, text: text === '' ? undefined : text },
        signal,
      }),
  })

export function useNewStation() {
  return useStationMutation((station: NewStation) =>
    api.post('/identity/stations', { body: station, response: StationWithCode }),
  )
}

export function useChangeStation() {
  return useStationMutation(({ id, ...change }: StationChange & { id: string }) =>
    api.patch(`/identity/stations/${id}`, { body: change, response: Station }),
  )
}

export function useRenewStationCode() {
  return useStationMutation((id: string) => api.post(`/identity/stations/${id}/code`, { response: StationWithCode }))
}

export function useRevokeStation() {
  return useStationMutation((id: string) => api.post(`/identity/stations/${id}/revoke`, { response: Station }))
}

export function useIssueBadge() {
  return useStationMutation(({ personId, name }: { personId: PersonId; name: string }) =>
    api.post(`/identity/people/${personId}/badge`, { response: IssuedBadge, about: name }),
  )
}

export function useBlockBadge() {
  return useStationMutation(({ personId, reason }: { personId: PersonId; reason: string }) =>
    api.post(`/identity/people/${personId}/badge/block`, { body: { reason } }),
  )
}

export function useRemovePin() {
  return useStationMutation((personId: PersonId) => api.delete(`/identity/people/${personId}/pin`))
}

function useStationMutation<In, Out>(mutationFn: (input: In) => Promise<Out>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    onSuccess: () =>
      Promise.all(
        ['stations', 'badges'].map((what) => queryClient.invalidateQueries({ queryKey: ['identity', what] })),
      ),
  })
}
