/** Words of the shared station's page. */
export const texts = {
  page: 'Shared station',
  product: 'Millrace',
  allMachines: 'All machines',
  enrol: {
    ask: 'Make this browser a shared station?',
    note: 'From then on operators sign in here with a badge or a PIN. The link works once.',
    submit: 'Make it the station',
    leave: 'Not this one',
  },
  none: {
    title: 'This browser is no shared station yet',
    how: 'An administrator or plant manager makes it one: under Stations and badges, add a station, then open its link here within ten minutes. Or sign in here and do it in this browser.',
    administer: 'Stations and badges',
    signIn: 'Sign in',
  },
  demo: {
    stations: 'Try it in the demo company',
    stationsNote: 'Makes this browser one of its terminals. Another browser that was it before is it no more.',
    operators: 'Try it: the demo company’s operators and their PINs',
    operator: (name: string, pin: string) => `${name}, ${pin}`,
  },
  work: {
    title: 'What you may do here',
    machines: 'Machines here',
    noMachines: 'You see no machine at this station. Ask whoever runs the plant.',
    findings: 'To decide',
    noFindings: 'Nothing waits for a decision here.',
    open: (count: number) => (count === 1 ? '1 open finding' : `${count} open findings`),
    decide: 'Look and decide',
  },
} as const
