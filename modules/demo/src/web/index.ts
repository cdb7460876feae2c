import type { WebModule } from '@millrace/ui'
import { BreakdownPanel } from './BreakdownPanel.tsx'
import { DemoPanel } from './DemoPanel.tsx'
import { StoriesPanel } from './StoriesPanel.tsx'

export { DemoCompanyCard } from './DemoPanel.tsx'
export { demoStationsQuery, useEnrolDemoStation } from './queries.ts'

export const demoWeb: WebModule = {
  name: 'demo',
  routes: [],
  panels: [
    { place: 'settings', order: 10, Component: DemoPanel },
    { place: 'settings', order: 30, Component: StoriesPanel },
    { place: 'settings', order: 35, Component: BreakdownPanel },
    { place: 'planning/schedule', order: 90, Component: BreakdownPanel },
  ],
}
