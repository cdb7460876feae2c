import type { Role } from '../grant-contract.ts'

/** Words of the identity pages. */
export const texts = {
  signIn: {
    page: 'Sign in',
    title: 'Sign in to Millrace',
    email: 'E-mail',
    password: 'Password',
    submit: 'Sign in',
    as: 'Sign in as',
    demo: 'The demo company is here. Pick a person to see what that role sees.',
    own: 'With e-mail and password',
    station: 'Shared station',
    stationNote: 'shows how operators take turns at a terminal, with badge or PIN.',
  },
  account: {
    menu: (initials: string, name: string) => `${initials} ${name}, person menu`,
    station: (name: string) => `${name}, back to the station`,
    switchTo: 'Switch to',
    profile: 'My profile',
    signOut: 'Sign out',
    everywhere: 'all plants',
  },
  tabs: {
    label: 'People and access',
    pages: 'Pages',
    people: 'People',
    roles: 'Roles',
    access: 'Access',
    apiKeys: 'API keys',
    zones: 'Zones',
  },
  roles: {
    executive: 'Executive',
    'plant-manager': 'Plant manager',
    planner: 'Planner',
    operator: 'Operator',
    maintenance: 'Maintenance',
    quality: 'Quality',
    buyer: 'Buyer',
    engineer: 'Engineer',
    'it-admin': 'IT and security',
    vendor: 'Vendor',
    customer: 'Customer',
    auditor: 'Auditor',
  } satisfies Record<Role, string>,
} as const
