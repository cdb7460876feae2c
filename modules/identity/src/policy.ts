import { readFileSync } from 'node:fs'
import { type EntityJson, preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import { CLASSIFICATIONS } from '@millrace/base'
import type { Permission, Question } from '@millrace/runtime'
import type { Grant } from './grant-contract.ts'
import type { Facts, PlaceExtent, RolePermissions, Standing } from './holdings.ts'
import { ENTERPRISE, grantPolicy, groupsOf, uid } from './policy-text.ts'

/** The rules that forbid whatever was granted, each with its sentence. */
export const GUARDRAILS = readFileSync(new URL('../policies/guardrails.cedar', import.meta.url), 'utf8')

/** Somebody whose acts are judged by policy. */
export interface Judged {
  readonly holder: { readonly kind: 'person' | 'key'; readonly id: string }
  readonly grants: readonly Grant[]
  readonly roles: RolePermissions
  readonly places: ReadonlyMap<string, PlaceExtent>
  readonly facts: Facts
  readonly standing: Standing
}

export interface Verdict {
  readonly allowed: boolean
  /** The grants that allow it, or the guardrails that forbid it. */
  readonly because: readonly string[]
}

/** Policy sets that stay parsed; the one not asked for longest makes room. */
const SETS_KEPT = 256
const slots = new Map<string, string>()

/**
 * Judges a question by the grants as Cedar policies, and the guardrails.
 *
 * An error while judging is a deny: Cedar skips a policy that fails, and a forbid must never be skipped.
 */
export function judge(of: Judged, catalogue: ReadonlyMap<string, Permission>, question: Question): Verdict {
  const permission = catalogue.get(question.permission)
  if (!permission) return { allowed: false, because: [] }
  const { facts, standing, holder } = of
  const answer = statefulIsAuthorized({
    principal: uid(holder.kind === 'key' ? 'Key' : 'Person', holder.id),
    action: uid('Action', question.permission),
    resource: uid('Thing', 'it'),
    context: {
      now: facts.nowMs,
      zones: [...facts.zones],
      shifts: [...facts.shifts].map(([siteId, shift]) => `${siteId}/${shift}`),
      level: standing.level,
      station: standing.station,
    },
    preparsedPolicySetId: policySetOf(of),
    entities: [
      actionOf(permission),
      ...entitiesOf(of, question, CLASSIFICATIONS.indexOf(question.label ?? permission.label)),
    ],
  })
  if (answer.type === 'failure') return { allowed: false, because: answer.errors.map((error) => error.message) }
  const { decision, diagnostics } = answer.response
  if (diagnostics.errors.length > 0) {
    return { allowed: false, because: diagnostics.errors.map((error) => error.error.message) }
  }
  return { allowed: decision === 'allow', because: diagnostics.reason }
}

/** All policies about somebody, as text. */
export function policiesOf({ grants, holder, roles }: Pick<Judged, 'grants' | 'holder' | 'roles'>): string {
  return [GUARDRAILS, ...grants.flatMap((grant) => grantPolicy(grant, holder, roles) ?? [])].join('\n')
}

function policySetOf(of: Judged): string {
  const text = policiesOf(of)
  const known = slots.get(text)
  if (known !== undefined) {
    // Asked for again: moves to the end of the order in which sets make room.
    slots.delete(text)
    slots.set(text, known)
    return known
  }
  const [oldest] = slots
  const slot = slots.size < SETS_KEPT || !oldest ? `set ${slots.size}` : oldest[1]
  if (slots.size >= SETS_KEPT && oldest) slots.delete(oldest[0])
  const parsed = preparsePolicySet(slot, { staticPolicies: named(text) })
  if (parsed.type === 'failure') throw new Error(`Policies cannot be read: ${parsed.errors[0]?.message}`)
  slots.set(text, slot)
  return slot
}

/** Policies by the names in their annotations, so that a verdict names them. */
function named(text: string): Record<string, string> {
  const policies = text.split(/^(?=@id\()/m).filter((part) => part.startsWith('@id('))
  return Object.fromEntries(policies.map((policy) => [/^@id\("([^"]+)"\)/.exec(policy)?.[1] ?? '', policy]))
}

/** The act asked about, with the groups it belongs to. */
function actionOf(permission: Permission): EntityJson {
  const parents = groupsOf(permission).map((group) => uid('Action', group))
  return { uid: uid('Action', permission.name), attrs: {}, parents }
}

/** The thing asked about, where it is, and what that stands in. */
function entitiesOf(of: Judged, { place }: Question, label: number): EntityJson[] {
  const enterprise = uid('Place', ENTERPRISE)
  const thing = (parents: EntityJson['parents']): EntityJson => ({ uid: uid('Thing', 'it'), attrs: { label }, parents })
  const top: EntityJson = { uid: enterprise, attrs: {}, parents: [] }
  if (place === undefined) return [thing([enterprise]), top]
  const siteId = typeof place === 'string' ? place : place.siteId
  const site: EntityJson = { uid: uid('Place', siteId), attrs: {}, parents: [enterprise] }
  if (typeof place === 'string') return [thing([site.uid]), site, top]
  // Of what the equipment stands in, only the places somebody has a grant for can matter.
  const around = [...of.places].filter(
    ([, extent]) => extent.siteId === siteId && extent.equipment !== 'all' && extent.equipment.has(place.equipmentId),
  )
  const above = around.map(([id]): EntityJson => ({ uid: uid('Place', id), attrs: {}, parents: [site.uid] }))
  return [thing([site.uid, ...above.map((one) => one.uid)]), ...above, site, top]
}
