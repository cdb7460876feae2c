import type { Context } from '@millrace/runtime'
import type { Person, SignInMethod } from './contract.ts'
import { providerRequired } from './identity-provider-contract.ts'
import { requiredFor } from './identity-provider-rules.ts'
import { listProviders } from './identity-provider-store.ts'

/**
 * Ways of one's own, which a required provider takes the place of. Not among them: the provider itself, the break-glass
 * account for the day on which the provider is down, and badge and PIN, which open a station and nothing else.
 */
const OWN_WAYS: ReadonlySet<SignInMethod> = new Set(['password', 'passkey', 'totp', 'recovery-code', 'invitation'])

/** Refuses a way of one's own to people who may come by their company's provider only. @throws providerRequired */
export async function insistOnProvider(
  ctx: Context,
  person: Pick<Person, 'email'>,
  method: SignInMethod,
): Promise<void> {
  if (!OWN_WAYS.has(method)) return
  const [required] = requiredFor(person.email, await listProviders(ctx.db))
  if (!required) return
  throw providerRequired(`Your company wants you to sign in with ${required.name}.`, { providerName: required.name })
}
