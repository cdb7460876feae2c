import { ImportIcon, StorageIcon, type WebModule } from '@millrace/ui'
import { lazy } from 'react'
import { dataTexts } from './data-texts.ts'
import { EnergyPanel } from './EnergyPanel.tsx'
import { importRoute } from './ImportPage.tsx'
import { importsRoute } from './ImportsPage.tsx'
import { MachineStatePanel } from './MachineState.tsx'
import { PlacePanel } from './PlacePanel.tsx'
import { PlaceRowPanel } from './PlaceRowPanel.tsx'
import { retentionTexts } from './retention-texts.ts'
import { ShiftStripPanel } from './ShiftStripPanel.tsx'
import { SignalsPanel } from './SignalsPanel.tsx'
import { storageRoute } from './StoragePage.tsx'

export { AlarmBar } from './AlarmBar.tsx'
export { PlaceFigures } from './PlaceFigures.tsx'
export { envelopesQuery, useNewSignals } from './queries.ts'
export { SiteStrips } from './SiteStrips.tsx'
export { gapOf } from './samples.ts'
export { useSignals } from './use-signals.ts'
export { openStops, usePlaceNow } from './use-site.ts'

// The charts are most of the code of a machine's page; no other page loads them.
const TrendsPanel = lazy(() => import('./TrendsPanel.tsx').then((module) => ({ default: module.TrendsPanel })))

const VibrationPanel = lazy(() => import('./VibrationPanel.tsx').then((module) => ({ default: module.VibrationPanel })))

export const telemetryWeb: WebModule = {
  name: 'telemetry',
  routes: [importsRoute, importRoute, storageRoute],
  navigation: [
    {
      to: '/telemetry/imports',
      text: dataTexts.imports.title,
      Icon: ImportIcon,
      group: 'keep',
      order: 60,
      permission: 'telemetry:sample:import',
    },
    {
      to: '/telemetry/storage',
      text: retentionTexts.page,
      Icon: StorageIcon,
      group: 'govern',
      order: 55,
      permission: 'telemetry:retention:read',
    },
  ],
  panels: [
    { place: 'plant/machine-state', order: 10, Component: MachineStatePanel },
    { place: 'plant/machine-head', order: 10, Component: ShiftStripPanel },
    { place: 'plant/machine-main', order: 10, Component: TrendsPanel },
    { place: 'plant/machine-main', order: 30, Component: VibrationPanel },
    { place: 'plant/machine-side', order: 50, Component: SignalsPanel },
    { place: 'plant/place', order: 10, Component: PlacePanel },
    { place: 'plant/place', order: 20, Component: EnergyPanel },
    { place: 'plant/place-row', order: 10, Component: PlaceRowPanel },
  ],
}
