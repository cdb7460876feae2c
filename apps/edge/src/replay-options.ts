import { parseArgs } from 'node:util'
import { isTimeZone } from '@millrace/base'
import { urlOf } from './config.ts'
import type { RecordingOptions } from './replay-recording.ts'

export type ReplayOptions = RecordingOptions & {
  file: string
  url: URL
  /** Name or id of the site; needed unless a code is given. */
  plant: string | undefined
  machineName: string
  /** Recorded seconds per second; undefined for as fast as it goes. */
  speed: number | undefined
  asRecorded: boolean
  tokenFile: string | undefined
  code: string | undefined
}

export const REPLAY_HELP = `millrace replay FILE.csv[.gz] --plant SITE [options]

Streams a recording through a gateway of its own, as a machine of a plant.

  --url URL              the server (default: the one that runs from this checkout)
  --plant SITE           name or id of the plant
  --machine NAME         name of the machine (default: the file's name)
  --email YOU            who is asking; without it the administrator of the demo company
  --token-file FILE      file with the token of a session, instead of --email
  --code CODE            instead of --plant and --token-file: enrolment code of a replay that was prepared in the web page
  --time COLUMN          column of times (default: found out)
  --values A,B           columns of numbers (default: all)
  --machine-column C     one machine for each value of this column
  --separator ';'        between the cells (default: found out)
  --time-zone ZONE       of times without a zone (default: UTC)
  --speed N|max          recorded seconds per second (default 60)
  --as-recorded          keep the recorded times

The rows arrive as if the machine ran now, N times faster: each sample has the time at which it is sent. With --speed max the
samples keep their distances and the recording ends now.
`

const SPEED_DEFAULT = '60'

/** Reads the command line. @throws Error with one sentence per fault, all at once. */
export function parseReplayOptions(args: readonly string[]): ReplayOptions {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      url: { ...text, default: 'http://127.0.0.1:4680' },
      plant: text,
      machine: text,
      'token-file': text,
      code: text,
      time: text,
      values: text,
      'machine-column': text,
      separator: text,
      'time-zone': { ...text, default: 'UTC' },
      speed: { ...text, default: SPEED_DEFAULT },
      'as-recorded': { type: 'boolean', default: false },
    },
  })
  const faults: string[] = []
  const [file = '', ...more] = positionals
  if (file === '' || more.length > 0) faults.push('Name one file.')
  const url = urlOf(values.url)
  if (!url) faults.push('--url must be an http or https address.')
  if (!isTimeZone(values['time-zone'])) faults.push('--time-zone must be a name such as Europe/Zurich.')
  const speed = values.speed === 'max' ? undefined : Number(values.speed)
  if (speed !== undefined && !(speed > 0 && Number.isFinite(speed)))
    faults.push('--speed must be a number above 0, or max.')
  if (values.code === undefined && (values.plant === undefined || values['token-file'] === undefined)) {
    faults.push('Give --plant and --token-file, or --code.')
  }
  if (values.code !== undefined && values['machine-column'] !== undefined) {
    faults.push('--machine-column needs --plant and --token-file, because a code is for one machine.')
  }
  if (faults.length > 0 || !url) throw new Error(faults.join('\n'))
  const baseName = file.split(/[\\/]/).at(-1) ?? file
  return {
    file,
    url,
    plant: values.plant,
    machineName: values.machine ?? baseName.replace(/\.gz$/i, '').replace(/\.[^.]*$/, ''),
    tokenFile: values['token-file'],
    code: values.code,
    timeColumn: values.time,
    valueColumns: values.values?.split(',').map((name) => name.trim()),
    machineColumn: values['machine-column'],
    separator: values.separator === '\\t' ? '\t' : values.separator,
    timeZone: values['time-zone'],
    speed,
    asRecorded: values['as-recorded'],
  }
}
