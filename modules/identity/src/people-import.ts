import { createHash } from 'node:crypto'
import { newId } from '@millrace/base'
import { violates } from '@millrace/db'
import { authorize, type Context } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import type { EnterpriseId, Person, PersonId } from './contract.ts'
import { companySites } from './extension-points.ts'
import { BUILT_IN_ROLES, type GrantId, ROLE_TITLES } from './grant-contract.ts'
import { countOtherHolders, deleteGrants, lockAdministration } from './grant-store.ts'
import { administratorRoles } from './grants.ts'
import {
  type ImportDone,
  type ImportPlan,
  importDiffers,
  importHasErrors,
  importStale,
  type PeopleImport,
} from './people-csv-contract.ts'
import { type FileRow, fileDigestOf, readPeopleFile } from './people-file.ts'
import { planImport } from './people-import-plan-rules.ts'
import { type CompanyFacts, changesPerson, type Named, type PersonPlan } from './people-import-rules.ts'
import * as store from './people-import-store.ts'
import { listRoles } from './role-store.ts'
import { emailHash } from './token.ts'

/** Of the rows that stand in the way as many are named in a refusal. */
const ROWS_NAMED = 20

interface Planned {
  readonly plan: ImportPlan
  readonly people: readonly PersonPlan[]
}

/** Says what a file would do, and does nothing but say so in the trail. @throws importUnreadable */
export async function checkImport(ctx: Context, text: string): Promise<ImportPlan> {
  insistOnRights(ctx)
  const { plan } = await planOf(ctx, text, false)
  ctx.audit({
    action: 'identity.people.check',
    object: `enterprise ${ctx.enterpriseId}`,
    detail: { fileDigest: plan.fileDigest, rows: plan.rows.length, ...plan.counts },
  })
  return plan
}

/**
 * Does what {@link checkImport} said, all of it or nothing.
 *
 * @throws importUnreadable
 * @throws importDiffers    another file than the one that was looked at
 * @throws importStale      the company changed since then, so that something else would be done now
 * @throws importHasErrors  there are rows that cannot be taken
 */
export async function importPeople(ctx: Context, { text, fileDigest, planDigest }: PeopleImport): Promise<ImportDone> {
  insistOnRights(ctx)
  if (fileDigestOf(text) !== fileDigest) {
    throw importDiffers('This is not the file that was looked at. Look at it first, then import it.')
  }
  const { plan, people } = await planOf(ctx, text, true)
  const wrong = plan.rows.filter(({ outcome }) => outcome === 'error')
  const data = { rows: wrong.slice(0, ROWS_NAMED) }
  if (plan.planDigest !== planDigest) {
    throw importStale('People, roles or sites changed since the file was looked at. Look at it again.', data)
  }
  if (wrong.length > 0) {
    throw importHasErrors(`${wrong.length} rows cannot be taken, so nothing was. Correct the file.`, data)
  }
  await save(ctx, people)
  const { errors: _, ...counts } = plan.counts
  ctx.audit({
    action: 'identity.people.import',
    object: `enterprise ${ctx.enterpriseId}`,
    detail: { fileDigest, rows: plan.rows.length, ...counts },
  })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
  return counts
}

function insistOnRights({ actor }: Context): void {
  authorize(actor, 'identity:person:write')
  authorize(actor, 'identity:grant:write')
}

async function planOf(ctx: Context, text: string, lock: boolean): Promise<Planned> {
  const rows = readPeopleFile(text)
  const planned = planImport(rows, await factsFor(ctx, rows, lock))
  const fileDigest = fileDigestOf(text)
  const acts = planned.people.filter(changesPerson).map(({ before, taken, ...plan }) => ({
    ...plan,
    before: before?.id,
    taken: taken.map(({ id }) => id),
  }))
  const planDigest = createHash('sha256')
    .update(JSON.stringify([fileDigest, planned.rows, acts]))
    .digest('hex')
  const { create = [], change = [], nothing = [] } = Object.groupBy(planned.people, outcomeOf)
  const counts = { create: create.length, change: change.length, nothing: nothing.length }
  const errors = planned.rows.filter(({ outcome }) => outcome === 'error').length
  return {
    plan: { rows: planned.rows, counts: { ...counts, errors }, fileDigest, planDigest },
    people: planned.people,
  }
}

function outcomeOf(plan: PersonPlan): 'create' | 'change' | 'nothing' {
  if (!plan.before) return 'create'
  return changesPerson(plan) ? 'change' : 'nothing'
}

async function factsFor(ctx: Context, rows: readonly FileRow[], lock: boolean): Promise<CompanyFacts> {
  const emails = [...new Set(rows.map(({ cells }) => cells.email.toLowerCase()))]
  const found = await store.findByEmails(ctx.db, emails, lock)
  // After the people, in the order in which changes by hand take them.
  if (lock) await lockAdministration(ctx.db)
  const people = new Map(found.map((person) => [person.email.toLowerCase(), person]))
  const strangers = emails.filter((email) => !people.has(email))
  const hashes = new Map(strangers.map((email) => [email, emailHash(email)]))
  const taken = await store.takenNames(ctx.db, [...hashes.values()])
  const administering = await administratorRoles(ctx)
  const ids = found.map(({ id }) => id)
  return {
    ...{ people, roles: await rolesOf(ctx), sites: (await ctx.ask(companySites, undefined)).flat() },
    taken: new Set(strangers.filter((email) => taken.has(hashes.get(email)?.toString('hex') ?? ''))),
    administratorRoles: new Set(administering),
    otherAdministrators: await countOtherHolders(ctx.db, administering, ids),
  }
}

/** Every role a person may hold, as people call it. */
export async function rolesOf(ctx: Context): Promise<Named[]> {
  const builtIn = BUILT_IN_ROLES.map((id) => ({ id, name: ROLE_TITLES[id] }))
  return [...builtIn, ...(await listRoles(ctx.db))]
}

async function save(ctx: Context, people: readonly PersonPlan[]): Promise<void> {
  const acts = people.filter(changesPerson).map((plan) => {
    const id = plan.before?.id ?? newId<'Person'>(ctx.nowMs)
    const given = plan.given.map((role) => ({ id: newId<'Grant'>(ctx.nowMs), ...role }))
    return { plan, id, given }
  })
  const added = acts.filter(({ plan }) => !plan.before)
  try {
    await store.savePeople(
      ctx.db,
      added.map(({ id, plan: { name, email, title } }) => ({ id, name, email, title, emailSha256: emailHash(email) })),
      ctx.enterpriseId as EnterpriseId,
      ctx.now,
    )
  } catch (error) {
    if (!violates(error, 'person_email') && !violates(error, 'sign_in_name_pkey')) throw error
    throw importStale('Somebody got one of these addresses just now. Look at the file again.', {}, { cause: error })
  }
  await store.updatePeople(
    ctx.db,
    acts.flatMap(({ plan, id }) => (renames(plan) ? [{ id, name: plan.name, title: plan.title }] : [])),
  )
  await deleteGrants(
    ctx.db,
    acts.flatMap(({ plan }) => plan.taken.map(({ id }) => id)),
  )
  await store.savePlainGrants(
    ctx.db,
    acts.flatMap(({ id, given }) => given.map((grant) => ({ ...grant, personId: id }))),
  )
  await store.touchPeople(
    ctx.db,
    acts.filter(({ plan }) => plan.before && moves(plan)).map(({ id }) => id),
  )
  for (const act of acts) tell(ctx, act)
}

function renames({ before, name, title }: PersonPlan): boolean {
  return before !== undefined && (name !== before.name || title !== before.title)
}

function moves({ given, taken }: PersonPlan): boolean {
  return given.length + taken.length > 0
}

/** The events that the same change by hand would have left, each on its own. */
function tell(
  ctx: Context,
  {
    plan,
    id,
    given,
  }: { plan: PersonPlan; id: PersonId; given: readonly { id: GrantId; role: string; placeId: string | null }[] },
): void {
  const { before, name, title, email, taken } = plan
  const object = `person ${id}`
  if (!before) {
    ctx.audit({ action: 'identity.person.create', object, detail: { name, title, grants: plan.given }, apart: true })
    return
  }
  if (renames(plan)) {
    ctx.audit({
      ...{ action: 'identity.person.change', object, apart: true },
      detail: { before: factsOf(before), after: { name, email, title } },
    })
  }
  if (moves(plan)) {
    const kept = before.grants.filter((held) => !taken.includes(held))
    const held = given.map((grant) => ({ ...grant, siteId: grant.placeId, conditions: {} }))
    ctx.audit({
      ...{ action: 'identity.grant.set', object, apart: true },
      detail: { name, before: before.grants, after: [...kept, ...held] },
    })
  }
}

function factsOf({ name, email, title }: Person) {
  return { name, email, title }
}
