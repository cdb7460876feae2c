import type { WebModule } from '@millrace/ui'
import { deviceRoute } from './DevicePage.tsx'
import { DevicesPanel } from './DevicesPanel.tsx'
import { newDeviceRoute } from './NewDevicePage.tsx'

export const mqttWeb: WebModule = {
  name: 'mqtt',
  routes: [newDeviceRoute, deviceRoute],
  panels: [{ place: 'settings', order: 25, Component: DevicesPanel }],
}
