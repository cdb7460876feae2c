import { api } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { type NewPerson, Person, Session } from '../contract.ts'
import { PasskeyOffer } from '../factor-contract.ts'
import { InvitationFacts, Invited, Joined, MadeLink, ResetDone, ResetFacts } from '../joining-contract.ts'
import { makePasskey } from './passkey.ts'
import { sessionQuery, useSessionMutation } from './queries.ts'

// Invitations, and links to a new password.

/** Whom an invitation means. Asked once: each wrong one counts as a guess. */
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['identity', 'joining', token],
    queryFn: ({ signal }) => api.post('/identity/joining/look', { body: { token }, response: InvitationFacts, signal }),
    ...ONCE,
  })

/** Whose password a link sets anew. */
export const resetQuery = (token: string) =>
  queryOptions({
    queryKey: ['identity', 'password-reset', token],
    queryFn: ({ signal }) =>
      api.post('/identity/password-resets/look', { body: { token }, response: ResetFacts, signal }),
    ...ONCE,
  })

const ONCE = { staleTime: Number.POSITIVE_INFINITY, retry: false, refetchOnWindowFocus: false } as const

export function useJoinWithPassword(token: string) {
  return useSessionMutation((newPassword: string) =>
    api.post('/identity/joining/password', { body: { token, newPassword }, response: Session }),
  )
}

/** Makes a passkey on this device and joins with it. The recovery codes are told this once. */
export function useJoinWithPasskey(token: string) {
  return useMutation({
    mutationFn: async (name: string) => {
      const offer = await api.post('/identity/joining/passkey-offers', { body: { token }, response: PasskeyOffer })
      const passkey = await makePasskey(offer)
      return api.post('/identity/joining/passkeys', { body: { token, name, passkey }, response: Joined })
    },
  })
}

/** Takes over the session of somebody who has joined, with nothing left of whoever was here before. */
export function useEnter() {
  const queryClient = useQueryClient()
  return (session: Session) => {
    queryClient.clear()
    queryClient.setQueryData(sessionQuery.queryKey, session)
  }
}

export function useAskForReset() {
  return useMutation({
    mutationFn: (email: string) => api.post('/identity/password-resets', { body: { email } }),
  })
}

export function useResetPassword(token: string) {
  return useMutation({
    mutationFn: (newPassword: string) =>
      api.post('/identity/password-resets/use', { body: { token, newPassword }, response: ResetDone }),
  })
}

export function useInviteNewPerson() {
  return useAboutPeople((person: NewPerson) =>
    api.post('/identity/invitations', { body: person, response: Invited, about: person.name }),
  )
}

export function useInvitePerson({ id, name }: Pick<Person, 'id' | 'name'>) {
  return useAboutPeople(() => api.post(`/identity/people/${id}/invitation`, { response: Invited, about: name }))
}

export function useWithdrawInvitation(id: string) {
  return useAboutPeople(() => api.delete(`/identity/people/${id}/invitation`, { response: Person }))
}

export function useMakeResetLink({ id, name }: Pick<Person, 'id' | 'name'>) {
  return useAboutPeople(() => api.post(`/identity/people/${id}/reset-link`, { response: MadeLink, about: name }))
}

/** A write after which people are read again, in lists and alone. */
function useAboutPeople<In, Out>(mutationFn: (input: In) => Promise<Out>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    onSuccess: () =>
      Promise.all(['people', 'person'].map((name) => queryClient.invalidateQueries({ queryKey: ['identity', name] }))),
  })
}
