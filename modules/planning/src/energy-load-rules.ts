import type { FactoryOperation, FactoryProblem, FactoryResource, Interval } from '@millrace/scheduling'
import type { MachinePower } from './energy-contract.ts'
import { workingTimes } from './place-rules.ts'
import type { Seat } from './plan-rules.ts'

/** The quarters of an hour that are looked at, in seconds from the plan's origin. */
export interface SlotSpan {
  readonly fromS: number
  readonly count: number
}
export const QUARTER_S = 900

/** A machine that is switched off, and on again at `toS`. */
export interface OffSpan extends Interval {
  readonly resourceId: string
}

/** What is known of the machines of a plan, looked up once. */
export interface PowerModel {
  readonly problem: FactoryProblem
  readonly powers: ReadonlyMap<string, MachinePower>
  readonly resources: ReadonlyMap<string, FactoryResource>
  readonly operations: ReadonlyMap<string, FactoryOperation>
  readonly times: ReturnType<typeof workingTimes>
}

export function powerModel(problem: FactoryProblem, powers: readonly MachinePower[]): PowerModel {
  return {
    problem,
    powers: new Map(powers.map((one) => [one.workUnitId as string, one])),
    resources: new Map(problem.resources.map((one) => [one.id, one])),
    operations: new Map(problem.orders.flatMap((order) => order.operations.map((one) => [one.id, one] as const))),
    times: workingTimes(problem),
  }
}

/**
 * What planned machines draw, in kWh of each quarter. From its first operation to its last a machine is on: it idles in gaps and
 * breaks, and draws what it draws outside the shifts while nobody works, unless it was switched off.
 */
export function machineLoads(
  model: PowerModel,
  seats: ReadonlyMap<string, Seat>,
  span: SlotSpan,
  switchedOff: readonly OffSpan[],
): Map<string, Float64Array> {
  const loads = new Map<string, Float64Array>()
  for (const [resourceId, lane] of lanesOf(model, seats)) {
    const power = model.powers.get(resourceId)
    const resource = model.resources.get(resourceId)
    if (!power || !resource) continue
    const load = new Float64Array(span.count)
    const draw = (fromS: number, toS: number, kw: number) => drawn(load, span, fromS, toS, kw)
    const open = model.times.machine(resource)
    const idle = (fromS: number, toS: number, sign: 1 | -1) => {
      draw(fromS, toS, sign * power.outsideKw)
      for (const part of within(open, fromS, toS)) draw(part.startS, part.endS, sign * (power.idleKw - power.outsideKw))
    }
    idle(lane[0]?.setupStartS ?? 0, Math.max(...lane.map(({ endS }) => endS)), 1)
    for (const seat of lane) {
      const operation = model.operations.get(seat.operationId)
      if (!operation) continue
      const { run, setup } = model.times.of(resource, operation, seat.groupId)
      for (const part of within(setup, seat.setupStartS, seat.startS))
        draw(part.startS, part.endS, power.setupKw - power.idleKw)
      for (const part of within(run, seat.startS, seat.endS))
        draw(part.startS, part.endS, processKw(power, operation) - power.idleKw)
    }
    for (const { startS, endS } of switchedOff.filter((one) => one.resourceId === resourceId)) {
      idle(startS, endS, -1)
      const onS = Math.max(power.switchOnMinutes * 60, 60)
      draw(endS - onS, endS, power.switchOnKwh / (onS / 3600))
    }
    loads.set(resourceId, load)
  }
  return loads
}

/** Of all machines and everything else, in kWh of each quarter. */
export function totalLoad(loads: Iterable<Float64Array>, span: SlotSpan, baseLoadKw: number): Float64Array {
  const total = new Float64Array(span.count).fill(baseLoadKw / 4)
  for (const load of loads)
    for (let slot = 0; slot < span.count; slot += 1) total[slot] = (total[slot] ?? 0) + (load[slot] ?? 0)
  return total
}

export function processKw({ processKw, families }: MachinePower, { family }: FactoryOperation): number {
  return families.find((one) => one.family === family)?.processKw ?? processKw
}

/** Times from now on in which a machine has nothing to do between two operations. */
export function gapsOf(model: PowerModel, seats: ReadonlyMap<string, Seat>): OffSpan[] {
  const { nowS } = model.problem
  const gaps: OffSpan[] = []
  for (const [resourceId, lane] of lanesOf(model, seats)) {
    let freeS = lane[0]?.endS ?? 0
    for (const { setupStartS, endS } of lane.slice(1)) {
      const startS = Math.max(freeS, nowS)
      if (startS < setupStartS) gaps.push({ resourceId, startS, endS: setupStartS })
      freeS = Math.max(freeS, endS)
    }
  }
  return gaps
}

/** A saving that is less than this is not worth a walk to the machine. */
const WORTH_KWH = 2

/** The gaps in which switching a machine off takes clearly less than idling, with the kWh that are saved. */
export function worthSwitchingOff(
  model: PowerModel,
  seats: ReadonlyMap<string, Seat>,
): (OffSpan & { readonly savedKwh: number })[] {
  return gapsOf(model, seats).flatMap((gap) => {
    const power = model.powers.get(gap.resourceId)
    const resource = model.resources.get(gap.resourceId)
    if (!power?.maySwitchOff || !resource || gap.endS - gap.startS <= power.switchOnMinutes * 60) return []
    const parts = within(model.times.machine(resource), gap.startS, gap.endS)
    const openS = parts.reduce((sum, { startS, endS }) => sum + endS - startS, 0)
    const outsideS = gap.endS - gap.startS - openS
    const savedKwh = (power.idleKw * openS + power.outsideKw * outsideS) / 3600 - power.switchOnKwh
    return savedKwh >= WORTH_KWH ? [{ ...gap, savedKwh }] : []
  })
}

/** What each machine does, by start. A charge of a furnace draws once, whatever is in it. */
function lanesOf({ resources }: PowerModel, seats: ReadonlyMap<string, Seat>): [string, Seat[]][] {
  return [...Map.groupBy(seats.values(), ({ resourceId }) => resourceId)].map(([id, all]) => {
    const charges = new Map(all.map((seat) => [`${seat.lane} ${seat.startS}`, seat]))
    const lane = resources.get(id)?.kind === 'batch' ? [...charges.values()] : all
    return [id, lane.toSorted((a, b) => a.setupStartS - b.setupStartS)]
  })
}

/** The parts of sorted spans that lie in a time. */
function within(open: readonly Interval[], fromS: number, toS: number): Interval[] {
  const parts: Interval[] = []
  for (const { startS, endS } of open) {
    if (endS <= fromS) continue
    if (startS >= toS) break
    parts.push({ startS: Math.max(startS, fromS), endS: Math.min(endS, toS) })
  }
  return parts
}

function drawn(load: Float64Array, { fromS, count }: SlotSpan, startS: number, endS: number, kw: number): void {
  const end = Math.min(endS, fromS + count * QUARTER_S)
  for (let at = Math.max(startS, fromS); at < end; ) {
    const slot = Math.floor((at - fromS) / QUARTER_S)
    const next = Math.min(end, fromS + (slot + 1) * QUARTER_S)
    load[slot] = (load[slot] ?? 0) + (kw * (next - at)) / 3600
    at = next
  }
}
