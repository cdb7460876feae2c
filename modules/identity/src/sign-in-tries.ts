import { DAY_MS, isProblem, later, newId } from '@millrace/base'
import { authorize, type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { findMatch, matchChecks } from './admission.ts'
import {
  type ProviderId,
  providerMissing,
  type SignInCheck,
  type SignInTry,
  type SignInTryId,
  tryMissing,
} from './identity-provider-contract.ts'
import { type Received, rolesOf } from './identity-provider-rules.ts'
import { findProvider } from './identity-provider-store.ts'
import type { LoadedProvider } from './identity-providers.ts'
import * as store from './sign-in-attempt-store.ts'
import type { TryResult } from './tables.ts'

const NOTHING: TryResult = { checks: [], received: [], person: null, roles: [] }
const FAILED_KEPT_MS = 30 * DAY_MS

/** Begins a try of the present settings. */
export async function beginTry(ctx: Context, provider: LoadedProvider): Promise<SignInTryId> {
  authorize(ctx.actor, 'identity:provider:write')
  const id = newId<'SignInTry'>(ctx.nowMs)
  await store.deleteOldTries(ctx.db, later(ctx.now, -FAILED_KEPT_MS))
  await store.saveTry(ctx.db, {
    ...{ id, providerId: provider.id, revision: provider.revision, startedAt: ctx.now, finishedAt: null },
    ...{ worked: false, result: NOTHING },
  })
  ctx.audit({
    action: 'identity.provider.try',
    object: `provider ${provider.id}`,
    detail: { name: provider.name, revision: provider.revision },
  })
  return id
}

/** Keeps what a try showed: whom the answer would have signed in, and what it would have given. Signs in nobody. */
export async function concludeTry(
  ctx: Context,
  provider: LoadedProvider,
  tryId: SignInTryId,
  received: Received,
): Promise<void> {
  const passed = received.passed.map((sentence) => ({ passed: true, sentence }))
  const roles = provider.choices.groupsClaim === null ? [] : rolesOf(received.groups, provider.choices.groupRoles)
  const told = received.told.map((one) => ({ ...one }))
  try {
    const match = await findMatch(ctx, provider, received)
    const ended = match.kind === 'known' && (match.person.endedAt !== null || match.person.lockedAt !== null)
    const checks: SignInCheck[] = [...passed, ...matchChecks(provider, received, match)]
    if (ended) checks.push({ passed: false, sentence: 'This person has ended or is locked and cannot sign in.' })
    const person =
      match.kind === 'known'
        ? { id: match.person.id, name: match.person.name }
        : { id: null, name: received.name ?? match.email }
    await finish(ctx, tryId, { checks, received: told, person, roles })
  } catch (error) {
    await finish(ctx, tryId, { checks: [...passed, failedCheck(error)], received: told, person: null, roles })
  }
}

/** Keeps why a try came to nothing. */
export function concludeFailedTry(
  runtime: Runtime,
  enterpriseId: string,
  tryId: SignInTryId,
  failures: readonly unknown[],
  received?: Received,
): Promise<void> {
  return inContext(runtime, systemActor(enterpriseId, 'try of a sign-in'), (ctx) =>
    finish(ctx, tryId, {
      ...NOTHING,
      checks: failures.map(failedCheck),
      received: (received?.told ?? []).map((one) => ({ ...one })),
    }),
  )
}

function finish(ctx: Context, tryId: SignInTryId, result: TryResult): Promise<void> {
  return store.finishTry(ctx.db, tryId, ctx.now, { worked: result.checks.every((check) => check.passed), result })
}

/** A refusal as a check; what is no refusal is a fault of ours, and is thrown on. */
function failedCheck(error: unknown): SignInCheck {
  if (!isProblem(error)) throw error
  return { passed: false, sentence: error.message, code: error.type.code }
}

/** What came of a try. @throws tryMissing */
export async function getTry(ctx: Context, providerId: ProviderId, id: SignInTryId): Promise<SignInTry> {
  authorize(ctx.actor, 'identity:provider:read')
  const provider = await findProvider(ctx.db, providerId)
  if (!provider) throw providerMissing(`There is no identity provider ${providerId}.`)
  const row = await store.findTry(ctx.db, providerId, id)
  if (!row) throw tryMissing(`There is no try ${id}.`)
  const { revision, result, ...rest } = row
  return { ...rest, ...result, providerName: provider.name, ofTheseSettings: revision === provider.revision }
}
