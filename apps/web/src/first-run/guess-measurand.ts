import type { Measurand } from '@millrace/telemetry/contract'

/** Words in a tag's name that tell what it measures, the more telling first. */
const WORDS: readonly (readonly [RegExp, Measurand])[] = [
  [/spectrum|fft/, 'vibration-spectrum'],
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

/** What a tag measures, as far as its name, unit and kind tell; `other` when they do not. */
export function guessMeasurand(tag: { name: string; unit?: string; kind: 'number' | 'text' | 'vector' }): Measurand {
  const words = `${tag.name} ${tag.unit ?? ''}`
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[_./-]+/g, ' ')
    .toLowerCase()
  for (const [pattern, measurand] of WORDS) {
    if (!pattern.test(words)) continue
    if (TEXTS.has(measurand) !== (tag.kind === 'text')) continue
    if ((measurand === 'vibration-spectrum') !== (tag.kind === 'vector')) continue
    return measurand
  }
  return 'other'
}
