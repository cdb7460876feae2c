import { page } from '@millrace/base'
import { api } from '@millrace/ui'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Type } from 'typebox'
import { Person } from '../contract.ts'
import type { NewGrant } from '../grant-contract.ts'
import { type NewProvisioningToken, ProvisionedGroup, Provisioning, ProvisioningToken } from '../scim-contract.ts'

export const provisioningQuery = queryOptions({
  queryKey: ['identity', 'provisioning'],
  queryFn: ({ signal }) => api.get('/identity/provisioning', { response: Provisioning, signal }),
})

export const tokensQuery = infiniteQueryOptions({
  queryKey: ['identity', 'provisioning', 'tokens'],
  queryFn: ({ signal, pageParam: cursor }) =>
    api.get('/identity/provisioning/tokens', { response: page(ProvisioningToken), query: { cursor }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.nextCursor,
})

export const groupsQuery = infiniteQueryOptions({
  queryKey: ['identity', 'provisioning', 'groups'],
  queryFn: ({ signal, pageParam: cursor }) =>
    api.get('/identity/provisioning/groups', { response: page(ProvisionedGroup), query: { cursor }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.nextCursor,
})

interface Named {
  readonly id: string
  readonly name: string
}

export function useNewToken() {
  return useProvisioningMutation((token: NewProvisioningToken) =>
    api.post('/identity/provisioning/tokens', {
      ...{ body: token, response: Type.Object({ token: ProvisioningToken, secret: Type.String() }), about: token.name },
    }),
  )
}

export function useEndToken(id: string) {
  return useProvisioningMutation((_: undefined) => api.post(`/identity/provisioning/tokens/${id}/end`))
}

export function useSetRoles({ id, displayName }: ProvisionedGroup) {
  return useProvisioningMutation((roles: readonly NewGrant[]) =>
    api.put(`/identity/provisioning/groups/${id}/roles`, {
      ...{ body: { roles }, response: ProvisionedGroup, about: displayName },
    }),
  )
}

export function useHandOver({ id, name }: Named) {
  return useProvisioningMutation((_: undefined) =>
    api.post(`/identity/people/${id}/hand-over`, { response: Person, about: name }),
  )
}

export function useRelease({ id, name }: Named) {
  return useProvisioningMutation((_: undefined) =>
    api.post(`/identity/people/${id}/release`, { response: Person, about: name }),
  )
}

function useProvisioningMutation<In, Out>(mutationFn: (input: In) => Promise<Out>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    // People and their roles change with it.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['identity'] }),
  })
}
