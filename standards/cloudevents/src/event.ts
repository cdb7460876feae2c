import { problemType } from '@millrace/base'

/** It is no event of CloudEvents 1.0, or cannot be carried by HTTP. */
export const eventInvalid = problemType('cloudevents/event-invalid', 'invalid', 'Not a valid CloudEvent')

/** Something that happened, in the words of CloudEvents 1.0.2 §3. */
export interface CloudEvent {
  readonly specversion: '1.0'
  /** With the source unique for each event; the same again means the same event again. */
  readonly id: string
  /** A URI reference: in which context it happened. */
  readonly source: string
  /** What happened, beginning with a reversed DNS name. */
  readonly type: string
  /** What it happened to, within the source. */
  readonly subject?: string
  /** RFC 3339. */
  readonly time?: string
  /** An absolute URI. */
  readonly dataschema?: string
  /** RFC 2046. Absent means JSON. */
  readonly datacontenttype?: string
  /** JSON, or the text of another content type. */
  readonly data?: unknown
  /** What is not text. */
  readonly data_base64?: string
  readonly [extension: string]: unknown
}

const REQUIRED = ['id', 'source', 'specversion', 'type'] as const
const TEXTS = ['subject', 'time', 'dataschema', 'datacontenttype'] as const
/** Members of the JSON form that are no attributes. */
export const DATA_MEMBERS: ReadonlySet<string> = new Set(['data', 'data_base64'])

// §3.1: "MUST consist of lower-case letters ('a' to 'z') or digits"; more than 20 is allowed but "SHOULD NOT".
const ATTRIBUTE_NAME = /^[a-z0-9]{1,20}$/
// §3.2: text without control characters, lone surrogates and the noncharacters of Unicode.
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what the standard forbids
const FORBIDDEN_TEXT = /[\u0000-\u001f\u007f-\u009f\ufdd0-\ufdef]|\p{Surrogate}|[\ufffe\uffff]/u
const URI = /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i
const URI_REFERENCE = /^[^\s<>"{}|\\^`]+$/
const TIME =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w!#$&^.+-]+=([\w!#$&^.+-]+|"[^"]*"))*$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const INTEGER_MAX = 2 ** 31

/** An attribute is a few words; whoever sends more means data. */
const ATTRIBUTE_MAX = 4096
const ATTRIBUTES_MAX = 50

/**
 * Whether a value is an event: all that is required is there, every attribute has a right name and value.
 *
 * @throws eventInvalid naming the attribute
 * @see CloudEvents 1.0.2 §3 (attributes), JSON format §2 and §3
 */
export function checkEvent(value: unknown): CloudEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw eventInvalid('An event is an object.')
  const event = value as Record<string, unknown>
  const names = Object.keys(event).filter((name) => !DATA_MEMBERS.has(name))
  if (names.length > ATTRIBUTES_MAX) throw invalid('event', `has more than ${ATTRIBUTES_MAX} attributes`)
  for (const name of names) checkAttribute(name, event[name])
  for (const name of REQUIRED) {
    if (typeof event[name] !== 'string' || event[name] === '') throw invalid(name, 'is missing')
  }
  if (event.specversion !== '1.0') throw invalid('specversion', 'is not 1.0')
  if (!URI_REFERENCE.test(textOf(event.source))) throw invalid('source', 'is no URI reference')
  for (const name of TEXTS) {
    if (event[name] !== undefined && (typeof event[name] !== 'string' || event[name] === '')) {
      throw invalid(name, 'is no text')
    }
  }
  if (event.time !== undefined && !TIME.test(textOf(event.time))) throw invalid('time', 'is not in RFC 3339')
  if (event.dataschema !== undefined && !URI.test(textOf(event.dataschema))) throw invalid('dataschema', 'is no URI')
  if (event.datacontenttype !== undefined && !MEDIA_TYPE.test(textOf(event.datacontenttype))) {
    throw invalid('datacontenttype', 'is no media type')
  }
  if (event.data !== undefined && event.data_base64 !== undefined) {
    throw invalid('data', 'is there twice: data and data_base64 exclude each other')
  }
  if (event.data_base64 !== undefined && !BASE64.test(textOf(event.data_base64))) {
    throw invalid('data_base64', 'is not in base64')
  }
  // Every member was looked at.
  return event as unknown as CloudEvent
}

function checkAttribute(name: string, value: unknown): void {
  if (!ATTRIBUTE_NAME.test(name)) throw invalid(name.slice(0, 40), 'is no name of an attribute')
  if (typeof value === 'boolean') return
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || value >= INTEGER_MAX || value < -INTEGER_MAX) {
      throw invalid(name, 'is no whole number of 32 bits')
    }
  } else if (typeof value === 'string') {
    if (value.length > ATTRIBUTE_MAX) throw invalid(name, `is longer than ${ATTRIBUTE_MAX} characters`)
    if (FORBIDDEN_TEXT.test(value)) throw invalid(name, 'holds a character that is not allowed')
  } else throw invalid(name, 'is neither text, number nor boolean')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function invalid(name: string, fault: string): Error {
  return eventInvalid(`${name} ${fault}.`, { attribute: name })
}
