import { extensionPoint } from '@millrace/runtime'
import type { PlaceExtent } from './holdings.ts'

/** A place of a grant, as plant knows it. */
export interface KnownPlace extends PlaceExtent {
  readonly name: string
  readonly level: string
}

/** Where places are and what lies below them; an id that is no place is left out of the answer. */
export const knownPlaces = extensionPoint<readonly string[], ReadonlyMap<string, KnownPlace>>('identity.known-places')

/** How many bytes a module has stored for the company, where it is much. */
export const storedBytes = extensionPoint<undefined, number>('identity.stored-bytes')

/** The sites of the company. */
export const companySites = extensionPoint<undefined, readonly { readonly id: string; readonly name: string }[]>(
  'identity.company-sites',
)

/** Whom of the demo company's people the sign-in page shows, by e-mail address: not all of them fit. */
export const demoFaces = extensionPoint<undefined, ReadonlySet<string>>('identity.demo-faces')

/** The shift each of these sites is in now; a site between shifts is left out. */
export const runningShifts = extensionPoint<readonly string[], ReadonlyMap<string, string>>('identity.running-shifts')
