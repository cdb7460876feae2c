const count = (one: string, many: string) => (number: number) => (number === 1 ? `1 ${one}` : `${number} ${many}`)

/** Words of provisioning by the identity provider. */
export const texts = {
  title: 'Provisioning',
  intro:
    'Microsoft Entra ID, Okta or another identity provider can add, change and end people here by itself (SCIM 2.0). Give it this address and a token.',
  address: 'Address',
  copy: 'Copy',
  copied: 'Copied',
  status: 'Looked after',
  counts: (people: number, active: number, groups: number) =>
    `${count('person', 'people')(people)}, ${active} of them active, in ${count('group', 'groups')(groups)}`,
  nobody: 'nobody yet',
  lastUse: 'Last synchronisation',
  never: 'never',

  tokens: {
    title: 'Tokens',
    make: 'New token',
    empty: 'No token yet. Make one for your identity provider.',
    name: 'Name',
    nameHint: 'Such as “Entra ID”. What it does stands in the audit trail under this name.',
    lives: 'Holds for',
    days: { '90': '90 days', '180': '180 days', '365': 'a year' },
    lastUse: 'Last use',
    usedFrom: (when: string, address: string) => `${when} from ${address}`,
    unused: 'not used yet',
    expires: 'Ends',
    ended: (day: string) => `ended ${day}`,
    soon: (day: string) => `ends ${day}`,
    end: 'End',
    endTitle: (name: string) => `End ${name}`,
    endNote: 'The identity provider is refused from now on. The people it looks after stay as they are.',
    newTitle: 'New token for provisioning',
    submit: 'Make the token',
    made: (name: string) => `Token ${name}`,
    secretNote: 'Copy it into your identity provider now. It is shown this once and cannot be read again.',
    done: 'Done',
  },

  groups: {
    title: 'Groups and their roles',
    empty: 'No group yet. Groups appear here as soon as the identity provider sends them.',
    name: 'Group',
    members: 'People',
    memberCount: count('person', 'people'),
    roles: 'Their roles',
    none: 'no role: the group has no effect here',
    administers: 'Whoever is put into this group there can administer here.',
    administersMark: 'administers',
    change: 'Change',
    changeTitle: (name: string) => `Roles of ${name}`,
    changeNote: (people: string) =>
      `Holds at once for ${people}, and for whoever joins or leaves the group from then on.`,
    save: 'Save the roles',
  },

  refusals: {
    title: 'What was refused lately',
    about: 'About',
    why: 'Why',
    when: 'When',
    times: (number: number) => `${number} times`,
    by: (token: string, act: string) => `${token} wanted to ${act}`,
    acts: {
      'POST Users': 'add a person',
      'PUT Users': 'change a person',
      'PATCH Users': 'change a person',
      'DELETE Users': 'end a person',
      'GET Users': 'look for people',
      'POST Groups': 'add a group',
      'PUT Groups': 'change a group',
      'PATCH Groups': 'change a group',
      'DELETE Groups': 'remove a group',
      'GET Groups': 'look for groups',
    } as Readonly<Record<string, string>>,
  },

  person: {
    provisioned:
      'Looked after by the identity provider: name, e-mail, what the person does and the end come from there.',
    release: 'Take back',
    releaseTitle: (name: string) => `Take ${name} back`,
    releaseNote:
      'From then on the person is changed here by hand, and the identity provider no longer finds the person. Roles that came with groups stay.',
    handOver: 'Hand over to the identity provider',
    handOverTitle: (name: string) => `Hand ${name} over`,
    handOverNote: (email: string) =>
      `The identity provider finds the person by ${email}, and changes and ends the person from then on.`,
    groupRoles: (number: number) =>
      number === 1
        ? 'One of these roles comes with a group of the identity provider. It goes with the group.'
        : `${number} of these roles come with groups of the identity provider. They go with the groups.`,
  },
} as const
