import type { ShaftOrder } from '../vibration-rules.ts'

/** Short names of orders, as they stand above a spectrum, and what they are. */
const ORDERS: Readonly<Record<ShaftOrder['name'], readonly [short: string, what: string]>> = {
  shaft: ['1×', 'rotation of the shaft'],
  teeth: ['Teeth', 'tooth pass'],
  BPFO: ['BPFO', 'outer race of the bearing'],
  BPFI: ['BPFI', 'inner race of the bearing'],
  BSF: ['BSF', 'rolling element of the bearing'],
  FTF: ['FTF', 'cage of the bearing'],
}

/** Everything that is said about waveforms and spectra. */
export const vibrationTexts = {
  title: 'Vibration',
  waveform: 'Waveform',
  spectrum: 'Spectrum',
  orders: ORDERS,
  none: 'Nothing was recorded yet. The next waveform shows here by itself.',
  taken: (when: string) => `of ${when}`,
  rms: 'RMS',
  speed: 'Speed',
  noSpeed: 'not known then',
  nominal: (value: string) => `${value} (nominal)`,
  compare: 'Compare with',
  comparisons: { none: 'nothing', hour: 'an hour before', day: 'a day before', week: 'a week before' },
  nothingThen: 'Nothing was recorded then.',
  past: 'Past spectra, last 7 days',
  pastLabel: (count: number) => `${count} spectra of the last 7 days, the newest at the top: frequency to the right`,
  pastHint: 'Frequency to the right, the newest at the top. Press one to see it.',
  at: 'Recorded',
  newest: 'newest',
  moment: 'Which',
  cursors: 'Frequencies',
  shaft: 'Shaft and bearing',
  shaftIntro: 'With these the lines of a spectrum have names. Leave empty what you do not know.',
  nominalRpm: 'Nominal speed, 1/min',
  teeth: 'Teeth or cutting edges',
  ballCount: 'Rolling elements',
  ballMm: 'Their diameter, mm',
  pitchMm: 'Pitch diameter, mm',
  contactDegrees: 'Contact angle, °',
  save: 'Save',
  cancel: 'Cancel',
  unnamed: 'Say what turns here, so that the lines have names.',
} as const
