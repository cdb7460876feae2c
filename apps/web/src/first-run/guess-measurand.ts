import type { Measurand } from '@millrace/telemetry/contract'

/** Words in a tag's name that tell what it measures, the more telling first. */
const WORDS: readonly (readonly [RegExp, Measurand])[] = [
  [/spectrum|fft/, 'vibration-spectrum'],
  [/waveform/, 'vibration-waveform'],
  [/vibr|rms|velocity|accel/, 'vibration'],
  [/alarm|fault|error/, 'alarm'],
  [/\bstate\b|status|execution|machine ?state/, 'state'],
  [/scrap|reject|\bbad\b|nok/, 'scrap-count'],
  [/good|parts?\b|count|pieces/, 'good-count'],
  [/override|feed ?rate/, 'feed-override'],
  [/power|\bkw\b|watt/, 'power'],
  [/temp/, 'temperature'],
  [/press(ure)?\b|\bbar\b/, 'pressure'],
  [/flow/, 'flow'],
  [/cycle/, 'cycle-time'],
  [/tool ?(life|wear)/, 'tool-life'],
  [/program/, 'program'],
  [/order|job/, 'order'],
  [/load|torque/, 'load'],
  [/speed|rpm/, 'speed'],
]
/** These are told by words only; a number of the same name is something else. */
const TEXTS: ReadonlySet<Measurand> = new Set(['state', 'alarm', 'program', 'order'])

/** The last part of a tag's path in words: `Machines/Mill 1/bearing-temperature` is `bearing temperature`. */
export function tagWords(name: string): string {
  const last = name.split(/[/.]/).findLast((part) => part.trim() !== '') ?? name
  return last
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .trim()
}

/** The path of a tag without its last part, by which tags of one machine belong together; empty without one. */
export function tagGroup(name: string): string {
  const end = Math.max(name.lastIndexOf('/'), name.lastIndexOf('.'))
  return end > 0 ? name.slice(0, end) : ''
}

/** Words as a title: `Bearing temperature`. */
export function tagTitle(name: string): string {
  const words = tagWords(name)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What a tag measures, as far as its name, unit and kind tell; `other` when they do not. */
export function guessMeasurand(tag: { name: string; unit?: string; kind: 'number' | 'text' | 'vector' }): Measurand {
  // The path names the machine, and a press does not measure pressure.
  const words = `${tagWords(tag.name)} ${tag.unit ?? ''}`.toLowerCase()
  for (const [pattern, measurand] of WORDS) {
    if (!pattern.test(words)) continue
    if (TEXTS.has(measurand) !== (tag.kind === 'text')) continue
    const isVector = measurand === 'vibration-spectrum' || measurand === 'vibration-waveform'
    if (isVector !== (tag.kind === 'vector')) continue
    return measurand
  }
  return 'other'
}
