import type { NewGrant } from '../grant-contract.ts'
import type { AuditEvent } from '../trail-contract.ts'
import { texts } from './trail-texts.ts'

/** An event as a person would say it. What no sentence is known for is said by its action and object. */
export function sentenceOf(event: AuditEvent, grantText: (grant: NewGrant) => string): string {
  const { actor, action, object, outcome } = event
  if (outcome === 'refused') return texts.wasRefused(actor, wordsOf(action), shortObject(object))
  if (action === 'identity.grant.set') return grantSentence(event, grantText)
  const known = texts.sentences[action]
  return known ? known(actor, nameIn(event)) : texts.plain(actor, wordsOf(action), shortObject(object))
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

/** What a thing is called, wherever the event says so. */
function nameIn({ object, detail, after, before }: AuditEvent): string {
  for (const value of [detail, after, before]) {
    const name =
      typeof value === 'string' ? value : (textIn(value, 'name') ?? textIn(value, 'title') ?? textIn(value, 'setPoint'))
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
