import type { Limits } from '../quota-contract.ts'

type Quota = Limits['limits'][number]['quota']

/** Words of the page Limits. */
export const texts = {
  page: 'Limits',
  intro:
    'What this company may use at once, so that no company on this installation slows another down. Who uses more is told to wait; samples are kept by their gateway and sent later.',
  table: 'Limits and what is used of them',
  quotas: {
    requests: ['Requests a second', 'the whole company'],
    requestsEach: ['Requests a second', 'one person or key; a gateway four times as many'],
    samples: ['Samples a second', 'the whole company'],
    sockets: ['Live screens', 'the whole company'],
    socketsEach: ['Live screens', 'one person'],
    queries: ['Long reads at the same time', 'the whole company'],
    exports: ['Exports at the same time', 'the whole company'],
  } satisfies Record<Quota, readonly [string, string]>,
  what: 'What',
  allowed: 'Allowed',
  now: 'Now',
  today: 'Most today',
  week: 'Most in seven days',
  room: 'Room left',
  unlimited: 'unlimited',
  plenty: 'plenty',
  inTurn: 'each in turn',
  near: 'near the limit',
  reached: 'reached',
  bar: (what: string, used: string, amount: string) => `${what}: at most ${used} of ${amount} in seven days`,
  phone: (now: string, week: string, amount: string) => `now ${now}, most in seven days ${week}, allowed ${amount}`,
  storage: 'Stored',
  storageNone: 'nothing yet',
  storageNote: (when: string) => `Measurements and what was computed of them; measured ${when}. Not limited.`,
  limited: 'Told to wait in the last seven days',
  nobody: 'Nobody. Who meets a limit is listed here with how often.',
  who: 'Who',
  met: 'Met',
  times: 'Times that day',
  last: 'Last',
  kinds: { person: 'person', key: 'API key', gateway: 'gateway', system: 'Millrace itself' } as Readonly<
    Record<string, string>
  >,
  raise: 'To raise a limit',
  raiseHow:
    'Limits belong to the installation, not to a company: whoever runs it sets MILLRACE_QUOTAS where Millrace is started, and starts it again. Nothing is lost meanwhile; gateways keep their samples.',
  raiseAll: 'for every company',
  raiseOwn: 'for this company alone',
  raiseNames: (names: readonly string[]) => `The names are ${names.join(', ')}; an amount is a number or “unlimited”.`,
  locked: 'Accounts that opened too much are locked, which is no matter of these limits:',
  lockedLink: 'see who is locked',
} as const
