import { formatNumber } from '@millrace/ui'
import type { NewGrant } from '../grant-contract.ts'
import type { AuditEvent } from '../trail-contract.ts'
import { type Act, acts } from './trail-act-texts.ts'
import { actsOfRequests } from './trail-request-acts.ts'
import { texts } from './trail-texts.ts'

/** An event as a person would say it. What no words are known for is said by its action and object. */
export function sentenceOf(event: AuditEvent, grantText: (grant: NewGrant) => string): string {
  const sentence = event.outcome === 'refused' ? refusedSentence(event) : doneSentence(event, grantText)
  const { repeated } = (event.detail ?? {}) as { repeated?: unknown }
  return typeof repeated === 'number' ? texts.repeated(sentence, formatNumber(repeated, 0)) : sentence
}

function doneSentence(event: AuditEvent, grantText: (grant: NewGrant) => string): string {
  const { actor, action, object } = event
  if (action === 'identity.grant.set' && (event.before !== null || event.after !== null)) {
    return grantSentence(event, grantText)
  }
  const done = actOf(action)?.done
  return done === undefined ? texts.plain(actor, wordsOf(action), shortObject(object)) : filled(done, event)
}

function refusedSentence(event: AuditEvent): string {
  const { actor, action, object } = event
  const { done, tried } = actOf(action) ?? {}
  if (tried !== undefined) return texts.tried(actor, filled(tried, event))
  return done === undefined ? texts.wasRefused(actor, wordsOf(action), shortObject(object)) : filled(done, event)
}

function actOf(action: string): Act | undefined {
  return acts[action] ?? acts[actsOfRequests[action] ?? '']
}

/** In one go: a name may look like a place for another. */
function filled(words: string, event: AuditEvent): string {
  return words.replaceAll(/\{(who|name)\}/g, (_, place) => (place === 'who' ? event.actor : nameIn(event)))
}

function grantSentence({ actor, object, before, after, detail }: AuditEvent, grantText: (grant: NewGrant) => string) {
  const whom = textIn(detail, 'name') ?? shortObject(object)
  const [had, has] = [grantsIn(before), grantsIn(after)]
  const keys = (grants: readonly NewGrant[]) => new Set(grants.map((grant) => JSON.stringify(grant)))
  const [hadKeys, hasKeys] = [keys(had), keys(has)]
  const given = has.filter((grant) => !hadKeys.has(JSON.stringify(grant))).map(grantText)
  const taken = had.filter((grant) => !hasKeys.has(JSON.stringify(grant))).map(grantText)
  if (given.length > 0 && taken.length > 0) return texts.gaveAndTook(actor, whom, list(given), list(taken))
  if (given.length > 0) return texts.gave(actor, whom, list(given))
  if (taken.length > 0) return texts.took(actor, whom, list(taken))
  return texts.keptAll(actor, whom)
}

function list(words: readonly string[]): string {
  return words.join('; ')
}

function grantsIn(value: unknown): NewGrant[] {
  return Array.isArray(value) ? (value as NewGrant[]) : []
}

/** Where an event says what its thing is called, the best first. */
const NAMES = ['name', 'title', 'setPoint', 'station', 'displayName', 'userName', 'to', 'provider'] as const

/** What a thing is called, wherever the event says so. */
function nameIn({ object, detail, after, before }: AuditEvent): string {
  for (const value of [detail, after, before]) {
    if (typeof value === 'string') return value
    const name = NAMES.map((field) => textIn(value, field)).find((text) => text !== undefined)
    if (name !== undefined) return name
  }
  return shortObject(object)
}

function textIn(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const text = (value as Readonly<Record<string, unknown>>)[name]
  return typeof text === 'string' ? text : undefined
}

/** `plant.gateway.revoke` as `plant gateway revoke`. */
function wordsOf(action: string): string {
  return action.replaceAll(/[.-]/g, ' ')
}

const ID_SHOWN = 8

/** A kind and the end of an id, by which people tell two things apart: ids of one time begin alike. */
export function shortObject(object: string): string {
  return object.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, (id) => `…${id.slice(-ID_SHOWN)}`)
}
