import type { Static, TSchema } from 'typebox'

/** Something that happened, announced in the transaction in which it did. */
export interface DomainEvent<T = unknown> {
  /** `<module>.<what-happened>`, kebab case, past tense. */
  readonly type: string
  readonly data: T
}

export interface EventType<S extends TSchema> {
  (data: Static<S>): DomainEvent<Static<S>>
  readonly type: string
  readonly schema: S
}

/** Declares a domain event and returns the function that makes one. The type's name is public API. */
export function eventType<S extends TSchema>(type: string, schema: S): EventType<S> {
  const make = (data: Static<S>): DomainEvent<Static<S>> => ({ type, data })
  return Object.assign(make, { type, schema })
}
