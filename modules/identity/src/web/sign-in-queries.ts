import { page } from '@millrace/base'
import { api } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Type } from 'typebox'
import { BreakGlass, PreparedBreakGlass } from '../break-glass-contract.ts'
import { type PersonId, Session } from '../contract.ts'
import {
  Factors,
  NewRecoveryCodes,
  Passkey,
  type PasskeyId,
  PasskeyOffer,
  PasskeyRequest,
  TotpOffer,
} from '../factor-contract.ts'
import { EndedSessions, SessionShown } from '../session-contract.ts'
import { makePasskey, showPasskey } from './passkey.ts'
import { useSessionMutation } from './queries.ts'

// Signing in, factors, sessions and the break-glass account.

export const factorsQuery = (personId?: PersonId) =>
  queryOptions({
    queryKey: ['identity', 'factors', personId ?? 'own'],
    queryFn: ({ signal }) =>
      api.get(personId === undefined ? '/identity/factors' : `/identity/people/${personId}/factors`, {
        response: Factors,
        signal,
      }),
  })

export const sessionsQuery = (personId?: PersonId) =>
  queryOptions({
    queryKey: ['identity', 'sessions', personId ?? 'own'],
    queryFn: ({ signal }) =>
      api.get(personId === undefined ? '/identity/sessions' : `/identity/people/${personId}/sessions`, {
        response: page(SessionShown),
        signal,
      }),
  })

export const passkeysQuery = queryOptions({
  queryKey: ['identity', 'passkeys'],
  queryFn: ({ signal }) =>
    api.get('/identity/passkeys', { response: Type.Object({ items: Type.Array(Passkey) }), signal }),
})

export const breakGlassQuery = queryOptions({
  queryKey: ['identity', 'break-glass'],
  queryFn: ({ signal }) => api.get('/identity/break-glass', { response: BreakGlass, signal }),
})

/** A write after which what is known of the own or somebody's factors and sessions is read again. */
function useWrite<Input, Output>(write: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: write,
    onSuccess: () =>
      Promise.all(
        ['factors', 'passkeys', 'sessions', 'break-glass'].map((name) =>
          queryClient.invalidateQueries({ queryKey: ['identity', name] }),
        ),
      ),
  })
}

/** Signs in with whichever passkey the person picks. @param quietly among the suggestions of the e-mail field */
export function useSignInWithPasskey() {
  return useSessionMutation(async (quietly: boolean) => {
    const request = await api.post('/identity/passkey-requests', { response: PasskeyRequest })
    const passkey = await showPasskey(request, quietly)
    return api.post('/identity/passkey-sessions', { body: { passkey }, response: Session })
  })
}

/** Finishes signing in with a passkey. */
export function useShowPasskey() {
  return useSessionMutation(async () => {
    const request = await api.post('/identity/session/passkey-requests', { response: PasskeyRequest })
    const passkey = await showPasskey(request)
    return api.post('/identity/session/passkey', { body: { passkey }, response: Session })
  })
}

/** Finishes signing in with a code. */
export function useShowCode(kind: 'totp' | 'recovery-code') {
  return useSessionMutation((code: string) =>
    api.post(`/identity/session/${kind}`, { body: { code }, response: Session }),
  )
}

export function useSignInWithBreakGlass() {
  return useSessionMutation((body: { name: string; code: string }) =>
    api.post('/identity/break-glass-sessions', { body, response: Session }),
  )
}

/** Makes a passkey on this device: confirmed first, kept last. */
export function useAddPasskey() {
  return useWrite(async (name: string) => {
    const offer = await api.post('/identity/passkey-offers', { response: PasskeyOffer })
    const passkey = await makePasskey(offer)
    return api.post('/identity/passkeys', { body: { name, passkey }, response: NewRecoveryCodes })
  })
}

export function useRenamePasskey() {
  return useWrite(({ id, name }: { id: PasskeyId; name: string }) =>
    api.patch(`/identity/passkeys/${id}`, { body: { name } }),
  )
}

export function useRemovePasskey() {
  return useWrite(({ id, name }: Pick<Passkey, 'id' | 'name'>) =>
    api.delete(`/identity/passkeys/${id}`, { about: name }),
  )
}

export function useOfferTotp() {
  return useWrite(() => api.post('/identity/totp', { response: TotpOffer }))
}

export function useConfirmTotp() {
  return useWrite((code: string) => api.post('/identity/totp/confirm', { body: { code }, response: NewRecoveryCodes }))
}

export function useRemoveTotp() {
  return useWrite(() => api.delete('/identity/totp'))
}

export function useMakeRecoveryCodes() {
  return useWrite(() => api.post('/identity/recovery-codes', { response: NewRecoveryCodes }))
}

/** Changes the password: with the old one, or with a confirmation in its place. */
export function useChangePassword() {
  return useWrite(({ password, newPassword }: { password: string; newPassword: string }) =>
    password === ''
      ? api.post('/identity/password', { body: { newPassword } })
      : api.put('/identity/password', { body: { password, newPassword } }),
  )
}

export function useEndSession(personId?: PersonId) {
  return useWrite((id: string) =>
    api.delete(personId === undefined ? `/identity/sessions/${id}` : `/identity/people/${personId}/sessions/${id}`),
  )
}

/** Ends all sessions of a person, or the own ones but this. */
export function useEndSessions(personId?: PersonId) {
  return useWrite(() =>
    api.post(personId === undefined ? '/identity/sessions/end-others' : `/identity/people/${personId}/sessions/end`, {
      response: EndedSessions,
    }),
  )
}

export function useResetFactors(personId: PersonId, name: string) {
  return useWrite((reason: string) =>
    api.post(`/identity/people/${personId}/factors/reset`, { body: { reason }, response: Factors, about: name }),
  )
}

export function usePrepareBreakGlass() {
  return useWrite((name: string) =>
    api.post('/identity/break-glass', { body: { name }, response: PreparedBreakGlass, about: name }),
  )
}

export function useRevokeBreakGlass() {
  return useWrite((name: string) => api.delete('/identity/break-glass', { about: name }))
}

export function useAcknowledgeBreakGlass() {
  return useWrite(() => api.post('/identity/break-glass/acknowledge'))
}
