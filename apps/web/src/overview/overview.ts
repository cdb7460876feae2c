import { OverviewIcon, SettingsIcon, type WebModule } from '@millrace/ui'
import { settingsRoute } from '../settings/SettingsPage.tsx'
import { texts } from '../texts.ts'
import { overviewRoute } from './OverviewPage.tsx'

/** The pages that belong to no single module: they put several side by side. */
export const overviewWeb: WebModule = {
  name: 'overview',
  routes: [overviewRoute, settingsRoute],
  navigation: [
    { to: '/overview', text: texts.overview.page, Icon: OverviewIcon, order: 1, onPhone: true, key: 'o' },
    {
      to: '/settings',
      text: texts.settings.page,
      Icon: SettingsIcon,
      group: 'govern',
      order: 90,
      onPhone: true,
      key: 's',
    },
  ],
}
