import type { SlowPart } from '../slow-contract.ts'

/** What is said about long reads that were slow. */
export const slowTexts = {
  title: 'Why slow',
  intro:
    'Long reads that took more than a second on this server since its start: charts, totals, states, spectra. The database stops a statement after 15 s.',
  empty: 'No long read took more than a second since the server started.',
  what: 'What was asked',
  took: 'Took',
  where: 'Where the time went',
  signals: (count: number) => (count === 1 ? '1 signal' : `${count} signals`),
  mostly: (part: string) => `Mostly ${part}`,
  stopped: 'Stopped by the database',
  parts: {
    permission: 'finding out who asks',
    queue: 'waiting for its turn',
    database: 'in the database',
    work: 'unpacking and reckoning',
    send: 'sending the answer',
  } satisfies Record<SlowPart, string>,
  split: (queue: string, database: string, work: string, send: string) =>
    `turn ${queue} s, database ${database} s, work ${work} s, sending ${send} s`,
  advice: {
    permission: 'The server itself is busy: look at its processor before anything else.',
    queue: 'Several long reads ran at once. Close screens nobody watches, or raise the limit “queries”.',
    database:
      'Ask for a shorter range or fewer signals. If it stays so, the disk of the database is too slow or too full.',
    work: 'Many single samples were unpacked. A coarser step or a shorter range needs far fewer.',
    send: 'The answer was large or the line slow. Ask for fewer points or signals.',
  } satisfies Record<SlowPart, string>,
  why: 'why slow?',
} as const
