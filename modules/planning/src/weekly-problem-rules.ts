import { epochMs, HOUR_MS } from '@millrace/base'
import type { CapacityGroup, CapacityItem, CapacityProblem, ItemStep } from '@millrace/capacity'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Product, Step } from './contract.ts'
import type { SiteState, WorkUnit } from './problem-rules.ts'
import { addWeeks, weekStartMs } from './week-rules.ts'
import type { WeeklyDemand } from './weekly-demand-rules.ts'
import { joined, without } from './working-time-rules.ts'

/** What people work beyond the shifts at most, as a share of them. */
const OVERTIME_RATIO = 0.2
/** All costs are in hours of work: what a plant weighs against each other has no prices in the master data. */
const OVERTIME_COST = 0.5
/** Of the work that lies in a piece, for each week that it lies there. */
const HOLDING_COST_RATIO = 0.004
/** Of the work that lies in a piece, for each week that it is late: dearer than any overtime for it. */
const BACKLOG_COST_RATIO = 2
/** Of a lot, beside its set-ups: somebody has to write it down and look after it. */
const LOT_COST = 0.1

/** A group of the problem as people call it. */
export interface NamedGroup {
  readonly id: string
  readonly name: string
  readonly kind: 'machines' | 'people'
}

export interface StatedWeeks {
  readonly problem: CapacityProblem
  readonly groups: readonly NamedGroup[]
  readonly weeks: readonly string[]
}

/** What of a site a weekly plan is made from. Shifts reach over all of the weeks. */
export type WeeklyState = Pick<
  SiteState,
  'timeZone' | 'shifts' | 'units' | 'products' | 'setups' | 'groups' | 'exceptions' | 'supply'
>

/**
 * States which product to make in which week. Machines that do the same steps at the same pace are one group; people who stay with an operation
 * are another resource of it. A set-up counts once for each lot, shared with the products of the same family.
 */
export function stateWeeks(
  state: WeeklyState,
  demands: ReadonlyMap<string, WeeklyDemand>,
  weekOn: string,
  weekCount: number,
): StatedWeeks {
  const weeks = Array.from({ length: weekCount }, (_, at) => addWeeks(weekOn, at))
  const starts = [...weeks, addWeeks(weekOn, weekCount)].map((week) => weekStartMs(week, state.timeZone))
  const spans = weeks.map((_, at): Span => [starts[at] ?? 0, starts[at + 1] ?? 0])
  const pools = poolsOf(state)
  const poolOf = new Map(pools.flatMap((pool) => pool.units.map(({ id }) => [id, pool])))
  const machines = pools.map(({ id, units }) =>
    groupOf(
      id,
      spans.map((span) => units.reduce((sum, unit) => sum + machineHours(state, unit.id, span), 0)),
    ),
  )
  const staying = new Set(state.products.flatMap(({ steps }) => steps.flatMap(skillOf)))
  const crews = state.groups.filter(({ skills }) => skills.some((skill) => staying.has(skill)))
  const people = crews.map(({ id, headcounts }) => {
    const counts = new Map(headcounts.map(({ shift, count }) => [shift, count]))
    return groupOf(
      id,
      spans.map((span) => peopleHours(state, counts, span)),
    )
  })
  const opening = openingStock(state)
  const items = state.products.map((product): CapacityItem => {
    const steps = product.steps.flatMap((step) => stepsOf(state, poolOf, step))
    const work = steps.reduce(
      (sum, { alternatives }) => sum + Math.min(...alternatives.map((one) => one.hoursPerPiece)),
      0,
    )
    return {
      ...{
        id: product.id,
        demand: demands.get(product.id)?.wanted ?? weeks.map(() => 0),
        openingStock: opening.get(product.id) ?? 0,
        steps,
      },
      ...{ holdingCost: work * HOLDING_COST_RATIO, backlogCost: work * BACKLOG_COST_RATIO, lotCost: LOT_COST },
    }
  })
  return {
    weeks,
    problem: { weekCount, items, groups: [...machines, ...people] },
    groups: [
      ...pools.map(({ id, name }) => ({ id, name, kind: 'machines' as const })),
      ...crews.map(({ id, name }) => ({ id, name, kind: 'people' as const })),
    ],
  }
}

/** Whole pieces of each product that are there. Of products that make the same material the first has them. */
function openingStock({ products, supply }: Pick<SiteState, 'products' | 'supply'>): ReadonlyMap<string, number> {
  const left = new Map(
    supply.stock.map(({ materialId, quantity }) => [materialId, Math.max(0, Math.floor(Number(quantity)))]),
  )
  return new Map(
    products.map(({ id, materialId }) => {
      const pieces = materialId === null ? 0 : (left.get(materialId) ?? 0)
      if (materialId !== null) left.delete(materialId)
      return [id, pieces]
    }),
  )
}

function skillOf({ operators }: Step): string[] {
  return operators?.time === 'whole' ? [operators.skill] : []
}

type Span = readonly [fromMs: number, toMs: number]

interface Pool {
  readonly id: string
  readonly name: string
  readonly units: readonly WorkUnit[]
}

/** Machines that do the same steps at the same pace. */
function poolsOf({ units, products }: WeeklyState): Pool[] {
  const uses = new Map<EquipmentId, string[]>()
  for (const product of products) {
    product.steps.forEach((step, at) => {
      for (const { workUnitId, minutesPerPiece } of step.alternatives)
        uses.set(workUnitId, [...(uses.get(workUnitId) ?? []), `${product.id} ${at} ${minutesPerPiece}`])
    })
  }
  const pools = Map.groupBy(units, ({ id, group }) => `${group} ${(uses.get(id) ?? []).join()}`)
  return [...pools.values()].map((own) => {
    const [{ id, group } = { id: '', group: '' }] = own
    const isWhole = own.length === units.filter((unit) => unit.group === group).length
    return { id, units: own, name: isWhole && group !== '' ? group : own.map(({ name }) => name).join(', ') }
  })
}

function groupOf(id: string, hours: number[]): CapacityGroup {
  return { id, hours, overtimeHoursMax: hours.map((all) => all * OVERTIME_RATIO), overtimeCost: OVERTIME_COST }
}

/** On machines; and where people stay with the operation, on them. */
function stepsOf(state: WeeklyState, poolOf: ReadonlyMap<EquipmentId, Pool>, step: Step): ItemStep[] {
  const hours = new Map<string, number>()
  for (const { workUnitId, minutesPerPiece } of step.alternatives) {
    const pool = poolOf.get(workUnitId)
    if (pool) hours.set(pool.id, minutesPerPiece / 60)
  }
  const alternatives = [...hours].map(([groupId, hoursPerPiece]) => ({ groupId, hoursPerPiece }))
  if (alternatives.length === 0) return []
  const onMachines = { setupHours: setupHours(state, step), alternatives }
  const { operators } = step
  if (operators?.time !== 'whole') return [onMachines]
  const least = Math.min(...hours.values()) * operators.count
  const able = state.groups.filter(({ skills }) => skills.includes(operators.skill))
  if (able.length === 0) return [onMachines]
  return [onMachines, { setupHours: 0, alternatives: able.map(({ id }) => ({ groupId: id, hoursPerPiece: least })) }]
}

function setupHours({ setups, products }: WeeklyState, step: Step): number {
  const units = new Set(step.alternatives.map(({ workUnitId }) => workUnitId))
  const minutes = setups.filter(({ workUnitId }) => units.has(workUnitId)).map((one) => one.otherwiseMinutes)
  const isAlike = (other: Step) =>
    other.setupFamily === step.setupFamily && other.alternatives.some(({ workUnitId }) => units.has(workUnitId))
  const sharing = products.filter((product: Product) => product.steps.some(isAlike)).length
  return minutes.length === 0 ? 0 : Math.min(...minutes) / 60 / Math.max(1, sharing)
}

/** Shifts without holidays, and what is worked outside them; without maintenance and stops. */
function machineHours(state: WeeklyState, unitId: EquipmentId, span: Span): number {
  const of = (...kinds: string[]) =>
    state.exceptions
      .filter((one) => kinds.includes(one.kind) && (one.workUnitId === null || one.workUnitId === unitId))
      .map((one) => ({ startS: epochMs(one.startAt), endS: epochMs(one.endAt) }))
  const open = joined([...without(joined(state.shifts.map(spanOf)), of('holiday')), ...of('extra')])
  return hoursWithin(without(open, of('maintenance', 'stop')), span)
}

function peopleHours(state: WeeklyState, counts: ReadonlyMap<string, number>, span: Span): number {
  const holidays = state.exceptions
    .filter(({ kind, workUnitId }) => kind === 'holiday' && workUnitId === null)
    .map((one) => ({ startS: epochMs(one.startAt), endS: epochMs(one.endAt) }))
  return state.shifts.reduce(
    (sum, shift) => sum + (counts.get(shift.name) ?? 0) * hoursWithin(without([spanOf(shift)], holidays), span),
    0,
  )
}

/** Spans count in whatever unit they are given; here milliseconds. */
function spanOf({ startMs, endMs }: { startMs: number; endMs: number }) {
  return { startS: startMs, endS: endMs }
}

function hoursWithin(spans: readonly { startS: number; endS: number }[], [fromMs, toMs]: Span): number {
  return (
    spans.reduce((sum, { startS, endS }) => sum + Math.max(0, Math.min(endS, toMs) - Math.max(startS, fromMs)), 0) /
    HOUR_MS
  )
}
