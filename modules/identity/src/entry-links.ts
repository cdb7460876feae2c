import { type Instant, later, newId, now, type Problem } from '@millrace/base'
import type { RequestFacts } from '@millrace/http'
import { type AuditEntry, type Context, inContext, type Runtime, systemActor, writeRefusals } from '@millrace/runtime'
import type { EnterpriseId, Person } from './contract.ts'
import { ENTRY_LINKS, LINKS_KEPT_MS } from './entry-link-rules.ts'
import {
  deleteLinksExpiredBefore,
  type EntryLinkKind,
  type EntryLinkRow,
  findLink,
  saveLink,
  spendLink,
  withdrawLinks,
} from './entry-link-store.ts'
import { guess } from './guesses.ts'
import { enterpriseOf, newToken, sha256 } from './token.ts'

/** A link just made; the only time that its token is known. */
export interface NewLink {
  readonly link: string
  readonly expiresAt: Instant
}

/**
 * Makes a link by which a person comes in once. An older one of its kind is void from then on.
 *
 * @param of.madeBy the name of who made it; null = the person
 * @param of.origin where people reach this installation
 */
export async function makeLink(
  ctx: Context,
  kind: EntryLinkKind,
  person: Pick<Person, 'id'>,
  of: { madeBy: string | null; origin: string },
): Promise<NewLink> {
  const { lifeMs, path } = ENTRY_LINKS[kind]
  await withdrawLinks(ctx.db, person.id, ctx.now, kind)
  const token = newToken(kind, ctx.enterpriseId)
  const expiresAt = later(ctx.now, lifeMs)
  await saveLink(ctx.db, {
    ...{ id: newId(ctx.nowMs), kind, personId: person.id, tokenSha256: sha256(token) },
    ...{ madeBy: of.madeBy, madeAt: ctx.now, expiresAt },
  })
  return { link: `${of.origin}${path}?token=${token}`, expiresAt }
}

/** An open link and the company it is for. */
export interface FoundLink {
  readonly enterpriseId: EnterpriseId
  readonly row: EntryLinkRow
}

/**
 * Looks a link up for somebody who is not known yet. Wrong ones are counted as wrong passwords are, and so are those that
 * are over; a few of these tries are told in the trail of the company.
 *
 * @throws the problem of its kind for one that is unknown, used, withdrawn or expired; signInPaused
 */
export async function openLink(
  runtime: Runtime,
  kind: EntryLinkKind,
  token: string,
  facts: RequestFacts,
): Promise<FoundLink> {
  let refusal: Problem = unknownOf(kind)
  const found = await guess(runtime, { kind, account: token, address: facts.address }, async () => {
    const enterpriseId = enterpriseOf(kind, token) as EnterpriseId | undefined
    if (enterpriseId === undefined) return undefined
    const actor = systemActor(enterpriseId, kind)
    const row = await inContext(runtime, actor, (ctx) => findLink(ctx.db, kind, sha256(token)))
    const over = row && overOf(row, now())
    if (!over) return row && { enterpriseId, row }
    refusal = over
    // By hand: who asks is nobody yet, so that the frame writes nothing.
    await writeRefusals(runtime, actor, [tried(row, facts)], over.type.code)
    return undefined
  })
  if (!found) throw refusal
  return found
}

/** Uses an open link up. Of two at the same moment one is first, and the other one is told. @throws as {@link openLink} */
export async function takeLink(ctx: Context, { kind, id, tokenSha256 }: EntryLinkRow): Promise<void> {
  if (await spendLink(ctx.db, id, ctx.now)) return
  const row = await findLink(ctx.db, kind, tokenSha256)
  throw (row && overOf(row, ctx.now)) ?? unknownOf(kind)
}

/** Why a link lets nobody in any more; undefined for an open one. */
function overOf({ kind, usedAt, withdrawnAt, expiresAt }: EntryLinkRow, at: Instant): Problem | undefined {
  const { used, withdrawn, expired } = ENTRY_LINKS[kind]
  if (usedAt !== null) return used.problem(used.detail)
  if (withdrawnAt !== null) return withdrawn.problem(withdrawn.detail)
  return expiresAt <= at ? expired.problem(expired.detail) : undefined
}

function unknownOf(kind: EntryLinkKind): Problem {
  return ENTRY_LINKS[kind].unknown(ENTRY_LINKS[kind].unknownDetail)
}

/** Somebody tried a link that is over: that is worth knowing. */
function tried({ kind, personId }: EntryLinkRow, facts: RequestFacts): AuditEntry {
  return {
    action: ENTRY_LINKS[kind].refuseAction,
    object: `person ${personId}`,
    detail: { address: facts.address ?? null },
  }
}

/** Forgets links that ended long ago. */
export async function forgetOldLinks(ctx: Context): Promise<void> {
  await deleteLinksExpiredBefore(ctx.db, later(ctx.now, -LINKS_KEPT_MS))
}
