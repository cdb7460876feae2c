/** What a signal measures; what screens and detectors go by. */
export type Measurand =
  | 'state'
  | 'alarm'
  | 'power'
  | 'good-count'
  | 'scrap-count'
  | 'vibration'
  | 'vibration-spectrum'
  | 'temperature'
  | 'speed'
  | 'feed-override'
  | 'load'
  | 'pressure'
  | 'flow'
  | 'cycle-time'
  | 'tool-life'
  | 'program'
  | 'order'
  | 'other'

/** How far and how fast a set-point may be moved: bounds and largest single step, in the tag's unit. */
export type WritableBounds = { min: number; max: number; maxStep: number }

/** One signal of a kind of machine. */
export type TagDefinition = {
  /** Kebab case, unique within the machine; also the last part of its address. */
  name: string
  title: string
  measurand: Measurand
  /** As an operator reads it (`mm/s`, `°C`, `%`); empty for texts, counts and switches. */
  unit: string
  kind: 'number' | 'text' | 'vector'
  /** Where the value lies in healthy production. */
  normalLow?: number
  normalHigh?: number
  writable?: WritableBounds
  /** Vectors of equally spaced samples: samples per second, and how many. */
  waveform?: { rateHz: number; sampleCount: number }
}

/** A reading: a vector is fresh at every read; null says that the sensor has nothing to say now. */
export type TagValue = number | string | Float32Array | null

type NumberTag = { normal?: readonly [low: number, high: number]; writable?: WritableBounds }

/** A tag with a number. */
export function numberTag(name: string, title: string, measurand: Measurand, unit: string, more: NumberTag = {}) {
  const tag: TagDefinition = { name, title, measurand, unit, kind: 'number' }
  if (more.normal) {
    tag.normalLow = rounded(more.normal[0])
    tag.normalHigh = rounded(more.normal[1])
  }
  if (more.writable) tag.writable = more.writable
  return tag
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

function textTag(name: string, title: string, measurand: Measurand): TagDefinition {
  return { name, title, measurand, unit: '', kind: 'text' }
}

/** 1,024 samples at 4,096 Hz: a quarter of a second, 4 Hz between the lines of its spectrum. */
export const WAVEFORM_RATE_HZ = 4096
export const WAVEFORM_SAMPLE_COUNT = 1024

/**
 * The raw vibration velocity whose root mean square is the `vibration` tag. Vibration monitors publish time
 * waveforms, and the spectrum is made from them by whoever needs it.
 */
export const waveformTag: TagDefinition = {
  name: 'vibration-waveform',
  title: 'Vibration spectrum',
  measurand: 'vibration-spectrum',
  unit: 'mm/s',
  kind: 'vector',
  waveform: { rateHz: WAVEFORM_RATE_HZ, sampleCount: WAVEFORM_SAMPLE_COUNT },
}

export const stateTag = textTag('state', 'State', 'state')
export const alarmTag = textTag('alarm', 'Alarm', 'alarm')
export const programTag = textTag('program', 'Program', 'program')
export const goodTag = numberTag('good-count', 'Good parts', 'good-count', '')
export const scrapTag = numberTag('scrap-count', 'Scrap parts', 'scrap-count', '')

/** Electrical power of a machine, with what it takes in healthy production. */
export function powerTag(lowKw: number, highKw: number): TagDefinition {
  return numberTag('power', 'Power', 'power', 'kW', { normal: [lowKw, highKw] })
}

export function cycleTimeTag(lowS: number, highS: number): TagDefinition {
  return numberTag('cycle-time', 'Cycle time', 'cycle-time', 's', { normal: [lowS, highS] })
}
