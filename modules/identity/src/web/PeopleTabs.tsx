import { Tabs } from '@millrace/ui'
import { usePermissions } from './queries.ts'
import { texts } from './texts.ts'

/** Each with what one must hold to read it. */
export const PEOPLE_TABS = [
  { to: '/identity/people', text: texts.tabs.people, permission: 'identity:person:read' },
  { to: '/identity/roles', text: texts.tabs.roles, permission: 'identity:person:read' },
  { to: '/identity/access', text: texts.tabs.access, permission: 'identity:person:read' },
  { to: '/identity/api-keys', text: texts.tabs.apiKeys, permission: 'identity:api-key:read' },
  { to: '/identity/zones', text: texts.tabs.zones, permission: 'identity:person:read' },
] as const

/** The pages in which people and what they may do are administered. */
export function PeopleTabs() {
  const held = usePermissions()
  return <Tabs label={texts.tabs.label} tabs={PEOPLE_TABS.filter(({ permission }) => held.has(permission))} />
}
