import { pino } from 'pino'

/** Logs go to standard error; standard output has one line, the endpoints. */
export const log = pino({ name: 'simulator', level: 'info' }, pino.destination({ dest: 2, sync: true }))
