import { problemType } from '@millrace/base'
import { useMay, useSession } from '@millrace/identity/web'
import { type Place, useNowMs } from '@millrace/ui'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Equipment, SiteDetail } from '../contract.ts'
import { type PlaceTree, placesInOrder, placeTree } from './place.ts'
import { equipmentQuery } from './queries.ts'
import { type ShiftWindow, shiftWindow } from './shift.ts'
import { texts } from './texts.ts'

const notHere = problemType('plant/equipment-missing', 'missing', 'No such equipment')

/** The tree of the company, loaded with the page. */
export function usePlaceTree(): PlaceTree {
  const { data } = useSuspenseQuery(equipmentQuery)
  return useMemo(() => placeTree(data.items), [data])
}

const NOWHERE: readonly Place[] = []

/** Every place the person may see, each after what it stands in: for pages of modules that know no equipment. */
export function useAllPlaces(): readonly Place[] {
  const { data } = useQuery({ ...equipmentQuery, enabled: useMay('plant:equipment:read') })
  return useMemo(() => (data ? placesInOrder(placeTree(data.items)) : NOWHERE), [data])
}

/** A piece of equipment with its site. @throws Problem equipment-missing. */
export function usePlace(id: string): { tree: PlaceTree; item: Equipment; site: Equipment; detail: SiteDetail } {
  const tree = usePlaceTree()
  const item = tree.byId.get(id)
  const site = item && tree.byId.get(item.siteId)
  if (!item || !site?.site) throw notHere(texts.missing)
  return { tree, item, site, detail: site.site }
}

/** The shift running at a site now. The same object until another one begins. */
export function useShift(site: SiteDetail): ShiftWindow {
  const nowMs = useNowMs()
  const shift = shiftWindow(site, nowMs)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same hours are the same shift
  return useMemo(() => shift, [shift.name, shift.fromMs, shift.toMs])
}

/** The company's name, for the start of breadcrumbs. */
export function useCompanyName(): string {
  return useSession()?.enterprise.name ?? ''
}
