import { page } from '@millrace/base'
import { api } from '@millrace/ui'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Type } from 'typebox'
import {
  Access,
  AccessAnswer,
  type AccessQuestion,
  ApiKey,
  type ApiKeyState,
  type HolderRef,
  NetworkZone,
  type NewApiKey,
  type NewNetworkZone,
  type NewPerson,
  Person,
  type PersonChange,
} from '../contract.ts'
import { type NewGrant, type NewRole, PermissionDetail, RoleDetail } from '../grant-contract.ts'
import { AccountReach } from '../reach-contract.ts'

// What is read and written on the pages behind People and access.

/** Permissions change with the program only. */
const PERMISSIONS_FRESH_MS = 3_600_000

export const permissionsQuery = queryOptions({
  queryKey: ['identity', 'permissions'],
  queryFn: ({ signal }) =>
    api.get('/identity/permissions', { response: Type.Object({ items: Type.Array(PermissionDetail) }), signal }),
  staleTime: PERMISSIONS_FRESH_MS,
})

export const zonesQuery = queryOptions({
  queryKey: ['identity', 'zones'],
  queryFn: ({ signal }) =>
    api.get('/identity/network-zones', { response: Type.Object({ items: Type.Array(NetworkZone) }), signal }),
})

export const apiKeysQuery = (state: ApiKeyState) =>
  infiniteQueryOptions({
    queryKey: ['identity', 'api-keys', state],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.get('/identity/api-keys', { response: page(ApiKey), query: { state, cursor }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
  })

export const reachQuery = (kind: 'person' | 'key') =>
  infiniteQueryOptions({
    queryKey: ['identity', 'reach', kind],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.get('/identity/reach', { response: page(AccountReach), query: { kind, cursor }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
  })

export const accessQuery = ({ personId, keyId }: HolderRef) =>
  queryOptions({
    queryKey: ['identity', 'access', personId ?? keyId],
    queryFn: ({ signal }) => {
      const path = personId === undefined ? `/identity/api-keys/${keyId}` : `/identity/people/${personId}`
      return api.get(`${path}/access`, { response: Access, signal })
    },
  })

/** A question, not a change: asked again when somebody comes back to it. */
export const answerQuery = (question: AccessQuestion) =>
  queryOptions({
    queryKey: ['identity', 'answer', question],
    queryFn: ({ signal }) => api.post('/identity/access-questions', { body: question, response: AccessAnswer, signal }),
  })

/** What an act is about; the name is shown when it has to be confirmed. */
interface Named {
  readonly id: string
  readonly name: string
}

export function useAddPerson() {
  return useIdentityMutation((person: NewPerson) => api.post('/identity/people', { body: person, response: Person }))
}

export function useChangePerson(id: string) {
  return useIdentityMutation((change: PersonChange) =>
    api.patch(`/identity/people/${id}`, { body: change, response: Person }),
  )
}

export function useSetGrants({ id, name }: Named) {
  return useIdentityMutation((body: { grants: readonly NewGrant[]; reason?: string }) =>
    api.put(`/identity/people/${id}/grants`, { body, response: Person, about: name }),
  )
}

export function useEndPerson(id: string) {
  return useIdentityMutation((body: { reason?: string }) =>
    api.post(`/identity/people/${id}/end`, { body, response: Person }),
  )
}

export function useReturnPerson(id: string) {
  return useIdentityMutation((_: undefined) => api.post(`/identity/people/${id}/return`, { response: Person }))
}

export function useUnlockPerson({ id, name }: Named) {
  return useIdentityMutation((body: { reason: string }) =>
    api.post(`/identity/people/${id}/unlock`, { body, response: Person, about: name }),
  )
}

export function useNewRole() {
  return useIdentityMutation((role: NewRole) =>
    api.post('/identity/roles', { body: role, response: RoleDetail, about: role.name }),
  )
}

export function useChangeRole() {
  return useIdentityMutation(({ id, ...body }: NewRole & { id: string }) =>
    api.put(`/identity/roles/${id}`, { body, response: RoleDetail, about: body.name }),
  )
}

export function useRemoveRole(id: string) {
  return useIdentityMutation((_: undefined) => api.delete(`/identity/roles/${id}`))
}

export function useNewApiKey() {
  return useIdentityMutation((key: NewApiKey) =>
    api.post('/identity/api-keys', {
      ...{ body: key, response: Type.Object({ key: ApiKey, secret: Type.String() }), about: key.name },
    }),
  )
}

export function useEndApiKey(id: string) {
  return useIdentityMutation((_: undefined) => api.post(`/identity/api-keys/${id}/end`))
}

export function useNewZone() {
  return useIdentityMutation((zone: NewNetworkZone) =>
    api.post('/identity/network-zones', { body: zone, response: NetworkZone }),
  )
}

export function useChangeZone({ id, name }: Named) {
  return useIdentityMutation((body: { ranges: readonly string[] }) =>
    api.put(`/identity/network-zones/${id}`, { body, response: NetworkZone, about: name }),
  )
}

export function useRemoveZone(id: string) {
  return useIdentityMutation((_: undefined) => api.delete(`/identity/network-zones/${id}`))
}

function useIdentityMutation<In, Out>(mutationFn: (input: In) => Promise<Out>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    // The own session too: what was changed may be one's own.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['identity'] }),
  })
}
