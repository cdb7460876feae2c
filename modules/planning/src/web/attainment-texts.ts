/** Words of the page of plan attainment. */
export const texts = {
  title: 'Attainment',
  answer: 'Plan and machines',
  note: (days: number) => `The last ${days} days, by the plan that held when each shift began`,
  unsettled: (count: number) =>
    count === 1 ? 'One shift of a machine is being judged.' : `${count} shifts of machines are being judged.`,
  map: 'Share of planned work that was done',
  mapNote:
    'Time in which a machine ran, of the time for which the plan had work for it. Hatched: it was not heard. A dash: nothing was planned.',
  machine: 'Machine',
  all: 'All machines',
  together: 'All days',
  unheard: 'not heard',
  missed: 'Where the time went',
  planned: 'Planned, h',
  ran: 'Ran, h',
  ratio: 'Attained',
  late: 'Began late, h',
  stopped: 'Stopped, h',
  idle: 'Stood ready, h',
  unheardHours: 'Not heard, h',
  starts: 'Began in time',
  startsOf: (met: number, all: number) => `${met} of ${all}`,
  empty:
    'Nothing is judged yet. Publish a schedule; each shift that begins under it is compared with what the machines did, soon after it is over.',
} as const
