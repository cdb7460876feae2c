import { LimitsIcon, PeopleIcon, SignInIcon, StationIcon, TrailIcon, type WebModule } from '@millrace/ui'
import { accessRoute } from './AccessPage.tsx'
import { apiKeysRoute } from './ApiKeysPage.tsx'
import { BreakGlassBanner } from './BreakGlassBanner.tsx'
import { breakGlassRoute } from './BreakGlassPage.tsx'
import { BreakGlassPanel } from './BreakGlassPanel.tsx'
import { forgottenRoute } from './ForgottenPage.tsx'
import { importPeopleRoute } from './ImportPeople.tsx'
import { joinRoute } from './JoinPage.tsx'
import { limitsRoute } from './LimitsPage.tsx'
import { texts as limitsTexts } from './limits-texts.ts'
import { peopleRoute } from './PeoplePage.tsx'
import { PEOPLE_TABS } from './PeopleTabs.tsx'
import { personRoute } from './PersonPage.tsx'
import { profileRoute } from './ProfilePage.tsx'
import { newProviderRoute, providerRoute } from './ProviderPage.tsx'
import { ProvisioningPanel } from './ProvisioningPanel.tsx'
import { resetRoute } from './ResetPage.tsx'
import { rolesRoute } from './RolesPage.tsx'
import { signInRoute } from './SignInPage.tsx'
import { signInSettingsRoute } from './SignInSettingsPage.tsx'
import { signInTryRoute } from './SignInTryPage.tsx'
import { stationsRoute } from './StationsPage.tsx'
import { searchPeople } from './search.ts'
import { singleSignOnTexts } from './single-sign-on-texts.ts'
import { texts as stationTexts } from './station-texts.ts'
import { trailRoute } from './TrailPage.tsx'
import { texts } from './texts.ts'
import { texts as trailTexts } from './trail-texts.ts'
import { zonesRoute } from './ZonesPage.tsx'

export { Account } from './Account.tsx'
export { ControlElsewhere } from './ControlElsewhere.tsx'
export { requireSession } from './guard.ts'
export { OwnPin } from './OwnPin.tsx'
export {
  sessionQuery,
  useFoundEnterprise,
  useMay,
  useMayAt,
  useMayEverywhere,
  usePermissions,
  useSession,
  welcomeQuery,
} from './queries.ts'
export { StationDoor } from './StationDoor.tsx'
export { StepUpDialog } from './StepUpDialog.tsx'
export { SwitchOperator } from './SwitchOperator.tsx'
export { stationPeopleQuery, stationQuery, useEnrolStation, useStationSignIn } from './station-queries.ts'

export const identityWeb: WebModule = {
  name: 'identity',
  routes: [
    signInRoute,
    joinRoute,
    forgottenRoute,
    resetRoute,
    peopleRoute,
    importPeopleRoute,
    personRoute,
    rolesRoute,
    accessRoute,
    apiKeysRoute,
    zonesRoute,
    profileRoute,
    breakGlassRoute,
    stationsRoute,
    signInSettingsRoute,
    newProviderRoute,
    providerRoute,
    signInTryRoute,
    trailRoute,
    limitsRoute,
  ],
  panels: [
    { place: 'shell/banner', order: 10, Component: BreakGlassBanner },
    { place: 'identity/sign-in-settings', order: 10, Component: BreakGlassPanel },
    { place: 'identity/sign-in-settings', order: 20, Component: ProvisioningPanel },
  ],
  navigation: [
    {
      to: '/identity/people',
      text: texts.tabs.label,
      Icon: PeopleIcon,
      group: 'govern',
      order: 10,
      permission: 'identity:person:read',
      covers: PEOPLE_TABS.map((tab) => tab.to),
      key: 'p',
    },
    {
      to: '/identity/stations',
      text: stationTexts.stations.page,
      Icon: StationIcon,
      group: 'govern',
      order: 15,
      permission: 'identity:station:write',
    },
    {
      to: '/identity/sign-in-settings',
      text: singleSignOnTexts.page,
      Icon: SignInIcon,
      group: 'govern',
      order: 20,
      permission: 'identity:provider:read',
    },
    {
      to: '/identity/trail',
      text: trailTexts.title,
      Icon: TrailIcon,
      group: 'govern',
      order: 40,
      permission: 'identity:audit:read',
    },
    {
      to: '/identity/limits',
      text: limitsTexts.page,
      Icon: LimitsIcon,
      group: 'govern',
      order: 50,
      permission: 'identity:limits:read',
    },
  ],
  search: searchPeople,
}
