import { mayRead } from '@millrace/base'
import { authorize, type Context, may, type Permission, type Place } from '@millrace/runtime'
import { catalogueOf, judgedOf } from './actors.ts'
import { findKeyById } from './api-key-store.ts'
import {
  type Access,
  type AccessAnswer,
  type AccessQuestion,
  type HolderRef,
  keyMissing,
  type PersonId,
  personMissing,
} from './contract.ts'
import { findSeat } from './control-seat-store.ts'
import { type KnownPlace, knownPlaces } from './extension-points.ts'
import { type Grant, permissionUnknown, placeUnknown, ROLE_TITLES } from './grant-contract.ts'
import { grantsOf } from './grant-store.ts'
import { placeOf } from './grants.ts'
import { holdingsFrom, ruledOut, unmetCondition, whereOf } from './holdings.ts'
import { maySee } from './people.ts'
import { findPerson } from './person-store.ts'
import { type Judged, judge } from './policy.ts'
import { recordOpened, recordPersonOpened } from './read-budget.ts'
import { listRoles } from './role-store.ts'

interface Holder {
  readonly name: string
  readonly ended: boolean
  readonly judged: Judged
}

/** A person or key with all that decides what it may do now, as if signed in from the asker's address. */
async function holderOf(ctx: Context, { personId, keyId }: HolderRef): Promise<Holder> {
  const address = ctx.actor.signIn?.address
  if (keyId !== undefined) {
    const key = await findKeyById(ctx.db, keyId)
    if (!key) throw keyMissing(`There is no key ${keyId}.`)
    authorize(ctx.actor, 'identity:api-key:read')
    await recordOpened(ctx, {
      ...{ action: 'identity.api-key.open', label: 'confidential', siteId: null },
      ...{ objects: [`api-key ${keyId}`], name: key.name },
    })
    const judged = await judgedOf(ctx, {
      holder: { kind: 'key', id: keyId },
      grants: (await grantsOf(ctx.db, 'key', [keyId])).get(keyId) ?? [],
      standing: { kind: 'key', level: 2, station: false },
      address,
    })
    return { name: key.name, ended: key.endedAt !== null || key.expiresAt <= ctx.now, judged }
  }
  const person = personId === undefined ? undefined : await findPerson(ctx.db, personId)
  if (!person || !maySee(ctx, person)) throw personMissing(`There is no person ${personId}.`)
  await recordPersonOpened(ctx, 'identity.access.open', person)
  const judged = await judgedOf(ctx, {
    holder: { kind: 'person', id: person.id },
    grants: person.grants,
    standing: { kind: 'person', level: 2, station: false },
    address,
  })
  return { name: person.name, ended: person.endedAt !== null, judged }
}

/** What somebody can see and do: grant by grant, and whether each counts now. @throws personMissing, keyMissing */
export async function accessOf(ctx: Context, ref: HolderRef): Promise<Access> {
  const { name, ended, judged } = await holderOf(ctx, ref)
  const names = await roleNames(ctx)
  const places = judged.places as ReadonlyMap<string, KnownPlace>
  const seat = ref.personId ? await findSeat(ctx.db, ref.personId as PersonId) : undefined
  return {
    name,
    ended,
    controlSiteId: seat?.siteId ?? null,
    grants: judged.grants.map((grant) => {
      const unmet = whereOf(grant, places) ? unmetCondition(grant, judged.facts) : 'place-gone'
      const held = holdingsFrom({ ...judged, grants: [grant], catalogue: ctx.permissions })
      return {
        grant,
        roleName: names.get(grant.role) ?? grant.role,
        placeName: grant.placeId === null ? null : (places.get(grant.placeId)?.name ?? null),
        counts: unmet === undefined,
        ...(unmet !== undefined && { unmet }),
        permissions: [...held.keys()],
      }
    }),
  }
}

/**
 * Says whether somebody may do something somewhere now, and why, grant by grant.
 *
 * @throws personMissing, keyMissing, permissionUnknown, placeUnknown
 */
export async function explain(ctx: Context, question: AccessQuestion): Promise<AccessAnswer> {
  const permission = catalogueOf(ctx.permissions).get(question.permission)
  if (!permission || permission.machine) throw permissionUnknown(`There is no permission ${question.permission}.`)
  const { name, ended, judged } = await holderOf(ctx, question)
  const known = question.placeId === null ? undefined : await findPlace(ctx, question.placeId)
  const place = known && question.placeId !== null ? placeOf(known.siteId, question.placeId) : undefined
  const names = await roleNames(ctx)
  const places = judged.places as ReadonlyMap<string, KnownPlace>

  const table = {
    ...{ kind: judged.holder.kind, id: judged.holder.id, name, enterpriseId: ctx.enterpriseId },
    permissions: holdingsFrom({ ...judged, catalogue: ctx.permissions }),
  }
  const verdict = judge(judged, catalogueOf(ctx.permissions), { permission: permission.name, place, label: undefined })
  const allowed = !ended && may(table, permission.name, place) && verdict.allowed
  const grants = judged.grants.map((grant) => ({
    grantId: grant.id,
    ...verdictOn(grant, { judged, permission, place, names, places }),
  }))
  const forbidding = ruledOut(permission, judged.standing)
  const sentences = [
    ended ? `${name} has ended and can do nothing.` : undefined,
    forbidding === 'key' ? `A key never may: ${permission.title.toLowerCase()} is for people.` : undefined,
    judged.grants.length === 0 ? `${name} holds no role at all.` : undefined,
    ...grants.map((one) => one.sentence),
  ].filter((sentence) => sentence !== undefined)
  return { allowed, name, title: permission.title, placeName: known?.name ?? null, sentences, grants }
}

type Outcome = AccessAnswer['grants'][number]['outcome']

function verdictOn(
  grant: Grant,
  of: {
    judged: Judged
    permission: Permission
    place: Place | undefined
    names: ReadonlyMap<string, string>
    places: ReadonlyMap<string, KnownPlace>
  },
): { outcome: Outcome; sentence: string } {
  const { judged, permission, place, names, places } = of
  const role = names.get(grant.role) ?? grant.role
  const at = grant.placeId === null ? 'everywhere' : `at ${places.get(grant.placeId)?.name ?? 'a place that is gone'}`
  const say = (outcome: Outcome, rest: string) => ({ outcome, sentence: `${role} ${at} ${rest}` })
  if (!judged.roles(grant.role)?.has(permission.name)) return say('not-in-role', 'does not contain it.')
  const where = whereOf(grant, places)
  const holding = where && { where, upTo: 'trade-secret' as const }
  const table = { kind: 'person' as const, id: '', name: '', enterpriseId: '' }
  if (!holding || !may({ ...table, permissions: new Map([['x', [holding]]]) }, 'x', place)) {
    return say('other-place', 'contains it, but does not reach this place.')
  }
  const unmet = unmetCondition(grant, judged.facts)
  const { expiresAt, zones, shifts, upTo } = grant.conditions
  if (unmet === 'expired') return say('expired', `contained it until ${expiresAt}.`)
  if (unmet === 'zone') return say('zone', `contains it only from the zone ${zones?.join(' or ')}.`)
  if (unmet === 'shift') return say('shift', `contains it only during the shift ${shifts?.join(' or ')}.`)
  if (upTo && !mayRead(upTo, permission.label)) {
    return say('classification', `ends at ${upTo}, and this touches what is ${permission.label}.`)
  }
  if (ruledOut(permission, judged.standing)) return say('ruled-out', 'contains it, but a general rule forbids it.')
  return say('allows', 'allows it.')
}

async function findPlace(ctx: Context, placeId: string): Promise<KnownPlace> {
  for (const known of await ctx.ask(knownPlaces, [placeId])) {
    const place = known.get(placeId)
    if (place) return place
  }
  throw placeUnknown(`There is no place ${placeId}.`, { placeId })
}

async function roleNames(ctx: Context): Promise<Map<string, string>> {
  const own = (await listRoles(ctx.db)).map((role) => [role.id, role.name] as const)
  return new Map<string, string>([...Object.entries(ROLE_TITLES), ...own])
}
