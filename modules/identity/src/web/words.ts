import { epochMs } from '@millrace/base'
import { formatDate, type Place, readerZone, usePlaces } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type Conditions, type NewGrant, ROLE_TITLES, type RoleDetail } from '../grant-contract.ts'
import { texts } from './administration-texts.ts'
import { type PlaceId, type Places, placesOf } from './place-tree.ts'
import { rolesQuery, useMay } from './queries.ts'

/** How roles and places are called on the screen. */
export interface Words {
  readonly roles: readonly RoleDetail[]
  readonly places: Places
  roleText(role: string): string
  placeText(id: PlaceId): string
  /** `Operator at Blade milling, Sursee, during Early, until Sat 26 Dec`. */
  grantText(grant: NewGrant): string
}

const NO_ROLES: readonly RoleDetail[] = []

/** The words for roles and places, as far as the person may know them. */
export function useWords(): Words {
  const inOrder = usePlaces()
  const { data } = useQuery({ ...rolesQuery, enabled: useMay('identity:person:read') })
  const roles = data?.items ?? NO_ROLES
  return useMemo(() => wordsOf(roles, inOrder), [roles, inOrder])
}

/** {@link useWords} of known roles and places. */
function wordsOf(roles: readonly RoleDetail[], inOrder: readonly Place[]): Words {
  const names = new Map<string, string>([
    ...Object.entries(ROLE_TITLES),
    ...roles.map((role) => [role.id, role.name] as const),
  ])
  const places = placesOf(inOrder)
  const roleText = (role: string) => names.get(role) ?? texts.roleGone
  const placeText = (id: PlaceId) => {
    if (id === null) return texts.everywhere
    const place = places.byId.get(id)
    if (!place) return texts.placeHidden
    const site = places.byId.get(place.siteId)
    return site && site !== place ? `${place.name}, ${site.name}` : place.name
  }
  return {
    ...{ roles, places, roleText, placeText },
    grantText: ({ role, placeId, conditions }) => {
      const where = placeId === null ? `in ${texts.everywhere}` : `at ${placeText(placeId)}`
      return [`${roleText(role)} ${where}`, ...conditionTexts(conditions)].join(', ')
    },
  }
}

/** Each condition in a few words: `during Early`, `until Sat 26 Dec`. */
export function conditionTexts({ expiresAt, shifts, zones, upTo }: Conditions = {}): string[] {
  const { conditions, labels, lists } = texts
  return [
    shifts && conditions.during(lists(shifts, 'or')),
    zones && conditions.from(lists(zones, 'or')),
    expiresAt !== undefined && conditions.untilDay(formatDate(epochMs(expiresAt), readerZone())),
    upTo && conditions.classified(labels[upTo]),
  ].filter((text) => typeof text === 'string')
}
