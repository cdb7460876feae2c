import { HOUR_MS, MINUTE_MS } from '@millrace/base'

/** How sensitive an opened thing is. */
export type SensitiveLabel = 'confidential' | 'trade-secret' | 'personal' | 'control'

/** That somebody opened sensitive things. */
export interface Opening {
  /** `identity.session.open`: what was looked at of them. */
  readonly action: string
  readonly label: SensitiveLabel
  /** Null for what belongs to the whole company. */
  readonly siteId: string | null
  /** A kind and an id each, `person 0199…`. A page of a list is one thing: `enterprise 0199…`. */
  readonly objects: readonly string[]
  /** How the thing is called. */
  readonly name?: string
}

/** How many different things of a label one account opened lately, and at how many sites. */
export interface Opened {
  readonly label: SensitiveLabel
  readonly withinMinutes: number
  readonly withinHour: number
  readonly sites: number
}

export const MINUTES_MS = 10 * MINUTE_MS
export const MEMORY_MS = HOUR_MS
/** The same account that opens the same thing again and again within this time leaves one event in the trail: the first. */
export const TOLD_ONCE_MS = 15 * MINUTE_MS

/**
 * What an hour of real work stays far below: somebody opens the recipes of a few machines, a script opens all of them.
 * More sites make it stranger sooner (THREATS T-B7: stopped within 200 objects).
 */
const BUDGETS: Record<SensitiveLabel, { minutes: number; hour: number }> = {
  'trade-secret': { minutes: 60, hour: 150 },
  confidential: { minutes: 100, hour: 300 },
  personal: { minutes: 150, hour: 500 },
  control: { minutes: 150, hour: 500 },
}
const MANY_SITES = 3

/** Why what was opened is too much for a person at work; undefined = it is not. */
export function unusual({ label, withinMinutes, withinHour, sites }: Opened): string | undefined {
  const share = sites >= MANY_SITES ? 0.5 : 1
  const { minutes, hour } = BUDGETS[label]
  const where = sites > 1 ? ` in ${sites} plants` : ''
  if (withinMinutes > minutes * share) return `${withinMinutes} ${label} objects${where} opened within ten minutes`
  if (withinHour > hour * share) return `${withinHour} ${label} objects${where} opened within an hour`
  return undefined
}
