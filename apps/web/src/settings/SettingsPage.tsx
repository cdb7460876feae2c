import { useMay } from '@millrace/identity/web'
import { useCompanyName } from '@millrace/plant/web'
import { Card, Page, Panels, shellRoute } from '@millrace/ui'
import { createRoute, Link } from '@tanstack/react-router'
import { texts } from '../texts.ts'

export const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: SettingsPage,
})

/** What each module lets the person set, as far as the role reaches. */
function SettingsPage() {
  const company = useCompanyName()
  const mayAdd = useMay('plant:gateway:write')
  const maySeeGateways = useMay('plant:gateway:read')
  const maySeeStories = useMay('demo:story:read')
  const mayAny = mayAdd || maySeeGateways || maySeeStories
  return (
    <Page
      name={texts.settings.page}
      title={texts.settings.page}
      crumbs={[{ text: company, to: '/overview' }]}
      actions={
        mayAdd && (
          <Link to="/first-run" search={{ step: 'site' }}>
            {texts.settings.add}
          </Link>
        )
      }
    >
      <Panels place="settings" subjectId="" />
      {!mayAny && (
        <Card>
          <p className="second">{texts.settings.nothing}</p>
        </Card>
      )}
    </Page>
  )
}
