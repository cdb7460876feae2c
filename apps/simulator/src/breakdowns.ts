import { machines, sites, type WorldMachine } from '@millrace/demo/world'
import type { LivingPlants } from './living-plants.ts'

/** A machine that can be made to break down, as the control panel shows it. */
export interface BreakdownView {
  readonly id: string
  readonly machine: string
  readonly site: string
  readonly state: string
  /** Whether it stands still because of a breakdown that was made here. */
  readonly broken: boolean
}

export type BreakdownMove = 'break' | 'repair'

/** What the controller of a broken machine shows. */
const ALARM = 'B900 Breakdown: drive failed'
/** Nobody has to repair it: longer than anybody looks at a demo. */
const REPAIR_MS = 3 * 60 * 60_000

/** Machines that make something; suppliers, cameras and meters have nothing to break. */
const breakable = machines.filter(
  ({ counts, key }) => counts === 'machine' && !/compressor|chiller|rectifier/.test(key),
)

/** The machines that can break down, and which of them have. */
export function listBreakdowns(living: LivingPlants): BreakdownView[] {
  return breakable.map((one) => view(living, one))
}

/** Breaks a machine down, or repairs it. @returns undefined when there is no such machine */
export function moveBreakdown(living: LivingPlants, id: string, move: BreakdownMove): BreakdownView | undefined {
  const found = breakable.find(({ key }) => key === id)
  if (!found) return undefined
  const machine = living.machine(found.key)
  if (move === 'break') machine.breakDown(ALARM, REPAIR_MS)
  else machine.repair()
  return view(living, found)
}

function view(living: LivingPlants, { key, name, siteKey }: WorldMachine): BreakdownView {
  const machine = living.machine(key)
  return {
    ...{ id: key, machine: name, site: sites.find((one) => one.key === siteKey)?.name ?? siteKey },
    state: String(machine.read('state')),
    broken: machine.alarm() === ALARM,
  }
}

/** The move a body asks for; undefined when it is not exactly one. */
export function parseBreakdownMove(value: unknown): BreakdownMove | undefined {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return undefined
  const { action } = value as Record<string, unknown>
  return action === 'break' || action === 'repair' ? action : undefined
}
