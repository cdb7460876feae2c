import { MINUTE_MS, page } from '@millrace/base'
import { api } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Value } from 'typebox/value'
import {
  IdentityProvider,
  MailDomain,
  type NewProvider,
  type ProviderChange,
  ProviderLink,
  type ProviderState,
  SignInOptions,
  SignInTry,
  StartedTry,
} from '../identity-provider-contract.ts'

/** While somebody types, the same domain comes again and again. */
const DOMAIN_FRESH_MS = MINUTE_MS
const KEY = ['identity', 'providers'] as const

export const providersQuery = queryOptions({
  queryKey: KEY,
  queryFn: ({ signal }) => api.get('/identity/providers', { response: page(IdentityProvider), signal }),
})

export const linksQuery = (id: string) =>
  queryOptions({
    queryKey: [...KEY, id, 'links'],
    queryFn: ({ signal }) =>
      api.get(`/identity/providers/${id}/links`, { response: page(ProviderLink), query: { limit: 200 }, signal }),
  })

const ANSWER_EVERY_MS = 2000

export const tryQuery = (providerId: string, tryId: string) =>
  queryOptions({
    queryKey: [...KEY, providerId, 'tries', tryId],
    queryFn: ({ signal }) =>
      api.get(`/identity/providers/${providerId}/tries/${tryId}`, { response: SignInTry, signal }),
    refetchInterval: (query) => (query.state.data?.finishedAt === null ? ANSWER_EVERY_MS : false),
  })

export const signInOptionsQuery = queryOptions({
  queryKey: ['identity', 'sign-in-options'],
  queryFn: ({ signal }) => api.get('/identity/sign-in-options', { response: SignInOptions, signal }),
})

/** The providers of one mail domain. */
export const providersOfDomainQuery = (domain: string) =>
  queryOptions({
    queryKey: ['identity', 'sign-in-options', domain],
    queryFn: ({ signal }) =>
      api.get('/identity/sign-in-options', { response: SignInOptions, query: { domain }, signal }),
    staleTime: DOMAIN_FRESH_MS,
  })

/** The domain of an address that is typed so far, in lower case; undefined while there is none. */
export function mailDomainIn(email: string): string | undefined {
  const domain = /^[^@\s]+@([^@\s]+)$/.exec(email.trim())?.[1]?.toLowerCase()
  return domain !== undefined && Value.Check(MailDomain, domain) ? domain : undefined
}

function useProviderMutation<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    // Also after a refusal: it usually means that this screen was behind.
    onSettled: () => queryClient.invalidateQueries({ queryKey: KEY }),
  })
}

export function useAddProvider() {
  return useProviderMutation((provider: NewProvider) =>
    api.post('/identity/providers', { body: provider, response: IdentityProvider }),
  )
}

export function useChangeProvider(id: string) {
  return useProviderMutation((change: ProviderChange) =>
    api.put(`/identity/providers/${id}`, { body: change, response: IdentityProvider, about: change.name }),
  )
}

export function useMoveProvider({ id, name }: IdentityProvider) {
  return useProviderMutation((body: { state: ProviderState; reason: string }) =>
    api.put(`/identity/providers/${id}/state`, { body, response: IdentityProvider, about: name }),
  )
}

export function useRemoveProvider({ id, name }: IdentityProvider) {
  return useProviderMutation(() => api.delete(`/identity/providers/${id}`, { about: name }))
}

export function useUnlink(id: string) {
  return useProviderMutation(({ personId, personName }: ProviderLink) =>
    api.delete(`/identity/providers/${id}/links/${personId}`, { about: personName }),
  )
}

/** Begins a try in this browser. */
export function useTryProvider(id: string) {
  return useProviderMutation(() => api.post(`/identity/providers/${id}/tries`, { response: StartedTry }))
}
