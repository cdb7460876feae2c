import { DAY_MS, HOUR_MS } from '@millrace/base'
import type { RetentionPreview, RetentionRule, SignalClass } from './retention-contract.ts'

const WEEK_MS = 7 * DAY_MS

/** What is kept in a form of its own, and for how long by a rule. */
export type VolumeTier = 'raw' | 'sparse' | 'vector' | 'minute' | 'hour'

/**
 * History is thinned out this much later than a rule says: what arrives is judged by the rule itself, so that nothing can come for
 * an hour whose samples are gone and spoil what they amounted to.
 */
export const THINNING_SLACK_MS = 2 * DAY_MS

/** What one class at one site takes in one week. */
export interface Volume {
  readonly class: SignalClass
  readonly tier: VolumeTier
  readonly weekMs: number
  readonly seriesCount: number
  readonly sampleCount: number
  readonly bytes: number
}

/** The moments before which a rule keeps nothing of each fineness: full days of UTC. */
export function cutoffsOf(rule: RetentionRule, nowMs: number): { rawMs: number; minuteMs: number; hourMs: number } {
  const before = (days: number) => Math.max(0, Math.floor((nowMs - days * DAY_MS) / DAY_MS) * DAY_MS)
  return { rawMs: before(rule.rawDays), minuteMs: before(rule.minuteDays), hourMs: before(rule.hourDays) }
}

/** What is left of one week of one class under a rule, from 0 to 1. */
function keptRatio(volume: Volume, rule: RetentionRule, nowMs: number): number {
  const { rawMs, minuteMs, hourMs } = cutoffsOf(rule, nowMs)
  const since = (cutoffMs: number) => Math.min(1, Math.max(0, (volume.weekMs + WEEK_MS - cutoffMs) / WEEK_MS))
  switch (volume.tier) {
    case 'raw':
      return since(rawMs)
    case 'sparse':
    case 'minute':
      return since(minuteMs)
    case 'hour':
      return since(hourMs)
    case 'vector': {
      // One an hour after the first time, one a day after the second; those that are rarer stay as they are.
      const left = (stepMs: number) =>
        Math.min(1, (volume.seriesCount * (WEEK_MS / stepMs)) / Math.max(1, volume.sampleCount))
      const [raw, hourly, daily] = [since(rawMs), since(minuteMs), since(hourMs)]
      return raw + (hourly - raw) * left(HOUR_MS) + (daily - hourly) * left(DAY_MS)
    }
  }
}

/** What other rules would free beyond those of now. @param rules, next one of each class */
export function previewOf(
  volumes: readonly Volume[],
  rules: readonly RetentionRule[],
  next: readonly RetentionRule[],
  nowMs: number,
): RetentionPreview {
  const byClass = new Map(rules.map((rule) => [rule.class, rule]))
  const classes = next.map((rule) => {
    const before = byClass.get(rule.class) ?? rule
    const freedBytes = volumes
      .filter((volume) => volume.class === rule.class)
      .reduce((sum, volume) => sum + volume.bytes * freedRatio(volume, before, rule, nowMs), 0)
    const { rawMs, minuteMs, hourMs } = cutoffsOf(rule, nowMs)
    return {
      ...{ class: rule.class, freedBytes: Math.round(freedBytes) },
      ...{ oldestRawMs: rawMs, oldestMinuteMs: minuteMs, oldestHourMs: hourMs },
      shortens: rule.rawDays < before.rawDays || rule.minuteDays < before.minuteDays || rule.hourDays < before.hourDays,
    }
  })
  return { freedBytes: classes.reduce((sum, one) => sum + one.freedBytes, 0), classes }
}

/** The part of what is there now that goes by other rules and would have stayed. */
function freedRatio(volume: Volume, before: RetentionRule, rule: RetentionRule, nowMs: number): number {
  const kept = keptRatio(volume, before, nowMs)
  if (kept === 0) return 0
  return Math.max(0, 1 - keptRatio(volume, rule, nowMs) / kept)
}

/** Days that are shown at most: beyond, "more than five years" says as much. */
const FORECAST_DAYS = 1830

/**
 * When the disk will be full at the pace of the last weeks: what comes every day is added, what the rules let go is taken away.
 *
 * @param pace the volumes of whole weeks from which the pace is taken, at least one.
 * @returns in how many days; null when it will not be within five years.
 */
export function daysUntilFull(
  volumes: readonly Volume[],
  rules: readonly RetentionRule[],
  freeBytes: number,
  nowMs: number,
): number | null {
  const pace = paceOf(volumes, nowMs)
  const byClass = new Map(rules.map((rule) => [rule.class, rule]))
  const ruleOf = (volume: Volume) => byClass.get(volume.class)
  const stored = volumes.reduce((sum, volume) => sum + volume.bytes, 0)
  let full: number | null = null
  for (let day = 1; day <= FORECAST_DAYS && full === null; day += 1) {
    const atMs = nowMs + day * DAY_MS
    let bytes = 0
    for (const volume of volumes) {
      const rule = ruleOf(volume)
      bytes += volume.bytes * (rule ? keptRatio(volume, rule, atMs) : 1)
    }
    for (const volume of pace) {
      const rule = ruleOf(volume)
      if (rule) bytes += volume.bytes * daysKept(volume, rule, day)
    }
    if (bytes - stored > freeBytes) full = day
  }
  return full
}

/** What comes in a day, by class and form: the mean of the last four whole weeks, or of what there is of the running one. */
export function paceOf(volumes: readonly Volume[], nowMs: number): Volume[] {
  const thisWeekMs = Math.floor(nowMs / WEEK_MS) * WEEK_MS
  const whole = volumes.filter(({ weekMs }) => weekMs < thisWeekMs && weekMs >= thisWeekMs - 4 * WEEK_MS)
  const used = whole.length > 0 ? whole : volumes.filter(({ weekMs }) => weekMs === thisWeekMs)
  const days =
    whole.length > 0 ? new Set(whole.map(({ weekMs }) => weekMs)).size * 7 : Math.max(1, (nowMs - thisWeekMs) / DAY_MS)
  const sums = new Map<string, Volume>()
  for (const volume of used) {
    const key = `${volume.class} ${volume.tier}`
    const known = sums.get(key)
    sums.set(key, {
      ...volume,
      seriesCount: Math.max(volume.seriesCount, known?.seriesCount ?? 0),
      sampleCount: volume.sampleCount + (known?.sampleCount ?? 0),
      bytes: volume.bytes + (known?.bytes ?? 0),
    })
  }
  return [...sums.values()].map((volume) => ({
    ...volume,
    sampleCount: volume.sampleCount / days,
    bytes: volume.bytes / days,
  }))
}

/** Of what came within so many days, how many days' worth is still there. `volume` is of one day. */
function daysKept(volume: Volume, rule: RetentionRule, day: number): number {
  const upTo = (days: number) => Math.min(day, days)
  switch (volume.tier) {
    case 'raw':
      return upTo(rule.rawDays)
    case 'sparse':
    case 'minute':
      return upTo(rule.minuteDays)
    case 'hour':
      return upTo(rule.hourDays)
    case 'vector': {
      const left = (perDay: number) => Math.min(1, (volume.seriesCount * perDay) / Math.max(1, volume.sampleCount))
      const [raw, hourly, daily] = [upTo(rule.rawDays), upTo(rule.minuteDays), upTo(rule.hourDays)]
      return raw + (hourly - raw) * left(24) + (daily - hourly) * left(1)
    }
  }
}
