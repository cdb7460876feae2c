import type { Signal } from '../contract.ts'
import { tellingSignals } from './machine.ts'

/** More plots than this do not fit under each other. */
const TREND_LIMIT = 6

/** The signals in the trends: those of the address (`12.15`), or the most telling ones. */
export function chosenSignals(signals: readonly Signal[], text: string | undefined): Signal[] {
  if (text === undefined) return tellingSignals(signals)
  const wanted = text.split('.').map(Number)
  return wanted
    .flatMap((series) => signals.find((signal) => signal.series === series && signal.kind === 'number') ?? [])
    .slice(0, TREND_LIMIT)
}

/** The address text after one signal was pressed: taken out when it was in, else added at the end. */
export function signalsText(
  signals: readonly Signal[],
  chosen: ReadonlySet<number>,
  pressed: number,
): string | undefined {
  const kept = [...chosen].filter((series) => series !== pressed)
  const after = chosen.has(pressed) ? kept : [...kept.slice(-(TREND_LIMIT - 1)), pressed]
  const usual = tellingSignals(signals).map((signal) => signal.series)
  return after.join('.') === usual.join('.') ? undefined : after.join('.')
}
