import type { Connection, Equipment, ShiftPattern } from '@millrace/plant/contract'

export const STEPS = ['company', 'site', 'connection', 'machine'] as const
export type StepName = (typeof STEPS)[number]

/** Where the wizard stands. Everything done is on the server; this only points at it. */
export interface WizardSearch {
  readonly step?: StepName
  readonly site?: string
  readonly connection?: string
}

/** What the address says, without what makes no sense. */
export function wizardSearch({ step, site, connection }: Record<string, unknown>): WizardSearch {
  const known = STEPS.find((name) => name === step)
  return {
    ...(known && { step: known }),
    ...(typeof site === 'string' && { site }),
    ...(typeof connection === 'string' && { connection }),
  }
}

/**
 * The step at which somebody who comes back goes on: the first that is not done. Undefined when nothing is left to do.
 *
 * @param done what the company has so far; undefined while nobody is signed in.
 */
export function nextStep(
  done: { readonly equipment: readonly Equipment[]; readonly connections: readonly Connection[] } | undefined,
): WizardSearch | undefined {
  if (!done) return { step: 'company' }
  const site = done.equipment.find((item) => item.level === 'site')
  if (!site) return { step: 'site' }
  const connection = done.connections.find((each) => each.siteId === site.id)
  if (!connection) return { step: 'connection', site: site.id }
  const hasMachine = done.equipment.some((item) => item.level === 'work-unit')
  return hasMachine ? undefined : { step: 'machine', site: site.id, connection: connection.id }
}

const MONDAY_TO_FRIDAY = [1, 2, 3, 4, 5]
const MONDAY_TO_SATURDAY = [1, 2, 3, 4, 5, 6]
const HOUR = 60

export type ShiftChoice = 'one' | 'two' | 'three' | 'none'

/** The usual ways to divide a day, by the names the plant will see. */
export function shiftPatterns(
  choice: ShiftChoice,
  names: { early: string; late: string; night: string },
): ShiftPattern[] {
  const weekdays = choice === 'three' ? MONDAY_TO_SATURDAY : MONDAY_TO_FRIDAY
  const early = { name: names.early, weekdays, startMinute: 6 * HOUR, endMinute: 14 * HOUR }
  const late = { name: names.late, weekdays, startMinute: 14 * HOUR, endMinute: 22 * HOUR }
  const night = { name: names.night, weekdays, startMinute: 22 * HOUR, endMinute: 30 * HOUR }
  const patterns = { none: [], one: [early], two: [early, late], three: [early, late, night] }
  return patterns[choice]
}

const EMAIL = /^[^\s@]+@[^\s@]+$/
const ENDPOINTS = { 'opc-ua': /^opc\.tcp:\/\/[^\s/]+/, sparkplug: /^mqtts?:\/\/[^\s/]+/ }

export function isEmail(text: string): boolean {
  return EMAIL.test(text)
}

/** Whether an address fits its protocol. */
export function isEndpoint(protocol: keyof typeof ENDPOINTS, text: string): boolean {
  return ENDPOINTS[protocol].test(text)
}

/** A signal name that no other signal of the machine has yet. */
export function uniqueName(name: string, taken: Set<string>): string {
  let candidate = name
  for (let count = 2; taken.has(candidate); count += 1) candidate = `${name} ${count}`
  taken.add(candidate)
  return candidate
}
