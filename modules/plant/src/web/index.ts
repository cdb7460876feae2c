import { MachineIcon, type SearchHit, type WebModule } from '@millrace/ui'
import { GatewaysPanel } from './GatewaysPanel.tsx'
import { machineRoute } from './MachinePage.tsx'
import { machinesRoute } from './MachinesPage.tsx'
import { placeRoute, siteRoute } from './PlacePage.tsx'
import { pageOf, placeText, placeTree } from './place.ts'
import { equipmentQuery } from './queries.ts'
import { texts } from './texts.ts'

export type { MachineSearch } from './MachinePage.tsx'
export { crumbsOf, machinesBelow, type PlaceTree, pageOf, placeText } from './place.ts'
export {
  connectionsQuery,
  discoveredTagsQuery,
  equipmentQuery,
  gatewaysQuery,
  useNewConnection,
  useNewEquipment,
  useNewGateway,
  useNewSite,
} from './queries.ts'
export { ShiftText } from './ShiftText.tsx'
export { SiteSelect } from './SiteSelect.tsx'
export { shiftWindow } from './shift.ts'
export { useAllPlaces, useCompanyName, usePlace, usePlaceTree, useShift } from './use-place.ts'

export const plantWeb: WebModule = {
  name: 'plant',
  routes: [siteRoute, placeRoute, machinesRoute, machineRoute],
  navigation: [
    {
      to: '/plant/machines',
      text: texts.machines.title,
      Icon: MachineIcon,
      group: 'make',
      order: 10,
      onPhone: true,
      key: 'm',
    },
  ],
  panels: [{ place: 'settings', order: 20, Component: GatewaysPanel }],
  search: async (queryClient) => {
    const tree = placeTree((await queryClient.ensureQueryData(equipmentQuery)).items)
    return [...tree.byId.values()].map(
      (item): SearchHit => ({
        id: item.id,
        text: item.name,
        context: placeText(tree, item.id),
        group: item.level === 'work-unit' ? texts.search : texts.places,
        to: pageOf(item),
      }),
    )
  },
}
