import type { Classification, EventType } from '@millrace/base'
import type { Static, TSchema } from 'typebox'
import type { Place } from './actor.ts'

/** What a domain event is about. */
export interface Happening {
  /** Where the thing is found in the API: `insight/findings/0199…`. */
  readonly subject: string
  /** Undefined: it concerns the company as a whole. */
  readonly place?: Place
}

/** A domain event as somebody outside may learn of it, and what that takes. */
export interface Announcement {
  readonly type: string
  /** For whoever chooses: "A finding is new or has changed". */
  readonly title: string
  /** What one must hold at the place to be told. */
  readonly permission: string
  /** The classification of what the event says. */
  readonly label: Classification
  /** It belongs to no single plant: only who is told of the whole company hears it. */
  readonly companyWide: boolean
  readonly about: (data: unknown) => Happening
}

/** Declares how others are told of a domain event. */
export function announcement<S extends TSchema>(
  event: EventType<S>,
  told: Pick<Announcement, 'title' | 'permission' | 'label'> & {
    companyWide?: true
    about: (data: Static<S>) => Happening
  },
): Announcement {
  // What was announced is what its type made; nothing else has the name.
  const { companyWide = false, about } = told
  return { ...told, type: event.type, companyWide, about: about as Announcement['about'] }
}
