import { type TUnsafe, Type } from 'typebox'

/** A UUID that names one kind of thing and is not assignable to the id of another. */
export type Id<Kind extends string> = string & { readonly __id: Kind }

/** The schema of an id: a UUID in lower case (RFC 9562). The kind exists for the compiler only. */
export function id<Kind extends string>(_kind: Kind): TUnsafe<Id<Kind>> {
  return Type.Unsafe<Id<Kind>>(Type.String({ pattern: UUID_PATTERN, minLength: 36, maxLength: 36 }))
}

const UUID_PATTERN = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
const UUID = new RegExp(UUID_PATTERN)

/** The schema of a UUID of whatever kind. */
export const Uuid = Type.String({ pattern: UUID_PATTERN, minLength: 36, maxLength: 36 })

/** Whether a text is a UUID in the one form we write: lower case, with hyphens. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}

/**
 * A new id: a version 7 UUID (RFC 9562 §5.7), so that rows made together lie together.
 *
 * @param nowMs epoch milliseconds; the first 48 bits.
 */
export function newId<Kind extends string>(nowMs: number): Id<Kind> {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const view = new DataView(bytes.buffer)
  view.setUint16(0, Math.floor(nowMs / 2 ** 32))
  view.setUint32(2, nowMs % 2 ** 32)
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70)
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const text = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  return text as Id<Kind>
}
