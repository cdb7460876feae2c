import { OrdersIcon, ScheduleIcon, type WebModule } from '@millrace/ui'
import { ordersRoute } from './OrdersPage.tsx'
import { scheduleRoute } from './SchedulePage.tsx'
import { texts } from './texts.ts'

export const planningWeb: WebModule = {
  name: 'planning',
  routes: [scheduleRoute, ordersRoute],
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
      to: '/planning/orders',
      text: texts.orders.title,
      Icon: OrdersIcon,
      group: 'make',
      order: 25,
      permission: 'planning:order:read',
      key: 'r',
    },
  ],
}
