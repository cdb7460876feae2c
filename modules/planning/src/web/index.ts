import {
  AttainmentIcon,
  CapacityIcon,
  DemandIcon,
  EnergyIcon,
  ForecastIcon,
  OrdersIcon,
  RequirementsIcon,
  ResourcesIcon,
  RoutingsIcon,
  ScenariosIcon,
  ScheduleIcon,
  type WebModule,
} from '@millrace/ui'
import { attainmentRoute } from './AttainmentPage.tsx'
import { texts as attainmentTexts } from './attainment-texts.ts'
import { capacityRoute } from './CapacityPage.tsx'
import { texts as capacityTexts } from './capacity-texts.ts'
import { demandRoute } from './DemandPage.tsx'
import { demandTexts } from './demand-texts.ts'
import { energyRoute } from './EnergyPage.tsx'
import { energyPageTexts } from './energy-page-texts.ts'
import { forecastRoute } from './ForecastPage.tsx'
import { texts as forecastTexts } from './forecast-texts.ts'
import { ordersRoute } from './OrdersPage.tsx'
import { requirementsRoute } from './RequirementsPage.tsx'
import { resourcesRoute } from './ResourcesPage.tsx'
import { routingsRoute } from './RoutingsPage.tsx'
import { requirementTexts } from './requirement-texts.ts'
import { texts as resourceTexts } from './resource-texts.ts'
import { scenariosRoute } from './ScenariosPage.tsx'
import { scheduleRoute } from './SchedulePage.tsx'
import { scenarioTexts } from './scenario-texts.ts'
import { texts } from './texts.ts'

export const planningWeb: WebModule = {
  name: 'planning',
  routes: [
    scheduleRoute,
    scenariosRoute,
    attainmentRoute,
    ordersRoute,
    forecastRoute,
    capacityRoute,
    demandRoute,
    requirementsRoute,
    energyRoute,
    routingsRoute,
    resourcesRoute,
  ],
  navigation: [
    {
      to: '/planning/schedule',
      text: texts.schedule.title,
      Icon: ScheduleIcon,
      group: 'make',
      order: 20,
      permission: 'planning:schedule:read',
      key: 's',
    },
    {
      to: '/planning/scenarios',
      text: scenarioTexts.title,
      Icon: ScenariosIcon,
      group: 'make',
      order: 21,
      permission: 'planning:schedule:read',
      key: 'w',
    },
    {
      to: '/planning/attainment',
      text: attainmentTexts.title,
      Icon: AttainmentIcon,
      group: 'make',
      order: 22,
      permission: 'planning:schedule:read',
    },
    {
      to: '/planning/orders',
      text: texts.orders.title,
      Icon: OrdersIcon,
      group: 'make',
      order: 25,
      permission: 'planning:order:read',
      key: 'r',
    },
    {
      to: '/planning/forecast',
      text: forecastTexts.title,
      Icon: ForecastIcon,
      group: 'make',
      order: 26,
      permission: 'planning:order:read',
    },
    {
      to: '/planning/capacity',
      text: capacityTexts.title,
      Icon: CapacityIcon,
      group: 'make',
      order: 27,
      permission: 'planning:schedule:read',
    },
    {
      to: '/planning/demand',
      text: demandTexts.title,
      Icon: DemandIcon,
      group: 'make',
      order: 28,
      permission: 'planning:order:read',
    },
    {
      to: '/planning/requirements',
      text: requirementTexts.title,
      Icon: RequirementsIcon,
      group: 'make',
      order: 29,
      permission: 'planning:order:read',
    },
    {
      to: '/planning/energy',
      text: energyPageTexts.title,
      Icon: EnergyIcon,
      group: 'make',
      order: 30,
      permission: 'planning:order:read',
    },
    {
      to: '/planning/routings',
      text: resourceTexts.routings.title,
      Icon: RoutingsIcon,
      group: 'make',
      order: 31,
      permission: 'planning:order:read',
    },
    {
      to: '/planning/resources',
      text: resourceTexts.resources.title,
      Icon: ResourcesIcon,
      group: 'make',
      order: 32,
      permission: 'planning:order:read',
    },
  ],
}
