import { type CloudEvent, checkEvent, DATA_MEMBERS, eventInvalid } from './event.ts'

/** An event on its way: header names in lower case, the body as text. */
export interface HttpMessage {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const STRUCTURED = 'application/cloudevents+json'
const PREFIX = 'ce-'
const JSON_TYPE = /^[^/]+\/(?:[^;]+\+)?json\s*(?:;|$)/i
/** What one message may hold; a webhook is a notice, not a file. */
const BODY_MAX = 1024 * 1024

/**
 * The event as one JSON document: attributes and data together.
 *
 * @throws eventInvalid
 * @see CloudEvents HTTP binding 1.0.2 §3.2, JSON format §3
 */
export function encodeStructured(event: CloudEvent): HttpMessage {
  return {
    headers: { 'content-type': `${STRUCTURED}; charset=utf-8` },
    body: JSON.stringify(checkEvent(event)),
  }
}

/**
 * The event with its attributes in headers and its data alone in the body.
 *
 * @throws eventInvalid also for data in base64, which as bytes are no text
 * @see CloudEvents HTTP binding 1.0.2 §3.1
 */
export function encodeBinary(event: CloudEvent): HttpMessage {
  const { data, data_base64: bytes, datacontenttype = 'application/json', ...attributes } = checkEvent(event)
  if (bytes !== undefined) throw eventInvalid('Data in base64 travel in the structured form.')
  if (!JSON_TYPE.test(datacontenttype) && data !== undefined && typeof data !== 'string') {
    throw eventInvalid(`Data of type ${datacontenttype} are text.`)
  }
  const headers: Record<string, string> = { 'content-type': datacontenttype }
  for (const [name, value] of Object.entries(attributes)) headers[PREFIX + name] = escapeHeader(String(value))
  if (data === undefined) return { headers, body: '' }
  return { headers, body: JSON_TYPE.test(datacontenttype) ? JSON.stringify(data) : String(data) }
}

/**
 * Reads an event in either form.
 *
 * @param headers names in lower case
 * @throws eventInvalid for anything else, also for a batch
 */
export function decodeMessage({ headers, body }: HttpMessage): CloudEvent {
  if (body.length > BODY_MAX) throw eventInvalid('The body is too long for an event.')
  const contentType = headers['content-type'] ?? ''
  const [mediaType = ''] = contentType.split(';')
  if (mediaType.trim().toLowerCase() === STRUCTURED) return checkEvent(parseJson(body))
  if (/^application\/cloudevents/i.test(mediaType.trim())) throw eventInvalid(`${mediaType.trim()} is not read here.`)
  if (headers[`${PREFIX}specversion`] === undefined) throw eventInvalid('There is no event in this message.')
  const event: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(PREFIX)) continue
    const attribute = name.slice(PREFIX.length)
    if (DATA_MEMBERS.has(attribute)) throw eventInvalid('data is no attribute.', { attribute })
    event[attribute] = unescapeHeader(value)
  }
  if (contentType !== '') event.datacontenttype = contentType
  if (body !== '') event.data = JSON_TYPE.test(contentType) ? parseJson(body) : body
  return checkEvent(event)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw eventInvalid('The body is no JSON.', {}, { cause: error })
  }
}

// §3.1.3.2: whatever is not printable ASCII, and space, double quote and per cent, as %XX of its UTF-8.
const UNSAFE = /[^\u0021-\u007e]|["%]/gu

function escapeHeader(value: string): string {
  return value.replace(UNSAFE, (one) =>
    [...new TextEncoder().encode(one)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}

function unescapeHeader(value: string): string {
  // What other senders quoted, which the standard asks readers to bear.
  const text = /^".*"$/.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value
  try {
    return decodeURIComponent(text.replaceAll(/%(?![0-9a-f]{2})/gi, '%25'))
  } catch (error) {
    throw eventInvalid('A header is not in UTF-8.', {}, { cause: error })
  }
}
