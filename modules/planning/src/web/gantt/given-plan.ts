import { atWallClock, DAY_MS, HOUR_MS, MINUTE_MS, wallClock } from '@millrace/base'
import { type GivenMachine, type GivenPlant, type GivenProduct, SETUP_MS } from './given-plants.ts'
import { worked, workingTime } from './given-work.ts'
import type {
  Eligible,
  GanttBar,
  GanttCalendar,
  GanttLink,
  GanttOrder,
  GanttPlan,
  GanttResource,
  GanttWaiting,
  Outage,
  Span,
} from './model.ts'

export interface GivenOptions {
  readonly plant: GivenPlant
  readonly nowMs: number
  /** Bars at least; orders are added until there are as many. */
  readonly barCount: number
  /** The plant's machines this many times over. */
  readonly times?: number
  readonly daysBefore?: number
  readonly daysAfter?: number
  readonly seed?: number
}

type Machine = GivenMachine & {
  id: string
  calendar: GanttCalendar
  time: readonly Span[]
  freeMs: number[]
  lastProduct: string
}

const LOCKED_PART = 0.05
const WAITING_COUNT = 6

/** A plan that a plant could have: orders through their routes on the first machine that is free, with all that goes wrong. */
export function givenPlan(options: GivenOptions): GanttPlan {
  const { plant, nowMs, barCount, times = 1, daysBefore = 3, daysAfter = 18, seed = 42 } = options
  const random = randomOf(seed)
  const here = wallClock(nowMs, plant.timeZone)
  const day = (offset: number, hour = 0) =>
    atWallClock(here.year, here.month, here.day + offset, hour * 60, plant.timeZone)
  const horizon = { fromMs: day(-daysBefore), toMs: day(daysAfter) }
  const machines = machinesOf(plant, times, daysBefore, daysAfter, nowMs, day)
  const startMs = day(-daysBefore, 6)
  const orders: GanttOrder[] = []
  const bars: GanttBar[] = []
  const links: GanttLink[] = []
  const eligibleOf = new Map<string, readonly Eligible[]>()

  for (let number = 0; bars.length < barCount; number++) {
    const product = plant.products[Math.floor(random() * plant.products.length)] as GivenProduct
    const quantity = Math.round((product.lot * (0.6 + 0.8 * random())) / 10) * 10
    const name = String(4450 + number)
    const own: GanttBar[] = []
    let readyMs = startMs
    for (const [step, msPerPiece] of product.route) {
      const workMs = Math.round((msPerPiece * quantity) / MINUTE_MS) * MINUTE_MS
      const eligible = eligibleFor(eligibleOf, machines, step, product, workMs)
      const best = earliest(machines, eligible, step, readyMs, workMs, product, plant.products)
      const bar: GanttBar = {
        id: `${name}-${(own.length + 1) * 10}`,
        orderId: `order-${name}`,
        step,
        resourceId: best.machine.id,
        startMs: best.startMs,
        endMs: best.endMs,
        setupMs: best.setupMs,
        pauses: best.pauses,
        state: best.endMs <= nowMs ? 'done' : best.startMs <= nowMs ? 'running' : 'scheduled',
        ...(best.startMs <= nowMs &&
          best.endMs > nowMs && { doneRatio: (nowMs - best.startMs) / (best.endMs - best.startMs) }),
        lateMs: 0,
        locked: best.startMs > nowMs && random() < LOCKED_PART,
        quantity,
        eligible,
      }
      best.machine.freeMs[best.slot] = bar.endMs
      best.machine.lastProduct = product.name
      const before = own.at(-1)
      if (before) links.push({ fromId: before.id, toId: bar.id, lagMs: 0 })
      own.push(bar)
      readyMs = bar.endMs
    }
    const endMs = own.at(-1)?.endMs ?? startMs
    const lateMs = random() < 0.13 && endMs > nowMs ? Math.round((2 + 20 * random()) * HOUR_MS) : 0
    const slackMs = Math.round(random() * 3) * DAY_MS
    const dueMs = lateMs > 0 ? endMs - lateMs : endMs + slackMs
    orders.push({
      id: `order-${name}`,
      name,
      product: product.name,
      family: product.family,
      quantity,
      unit: 'pcs',
      dueMs,
    })
    bars.push(...own.map((bar) => (bar.endMs === endMs || lateMs > 6 * HOUR_MS ? { ...bar, lateMs } : bar)))
  }
  const waiting = waitingOf(plant, machines, orders, eligibleOf, nowMs, random)
  const spoiled = withOverlap(bars, nowMs)
  return {
    timeZone: plant.timeZone,
    horizon: {
      fromMs: horizon.fromMs,
      toMs: Math.max(horizon.toMs, ...spoiled.slice(-2000).map(({ endMs }) => endMs + DAY_MS)),
    },
    frozenUntilMs: nowMs + 5 * HOUR_MS,
    resources: machines.map((machine) => resourceOf(machine, spoiled, nowMs, daysBefore, daysAfter, day)),
    orders,
    bars: spoiled,
    links,
    waiting,
  }
}

function machinesOf(
  plant: GivenPlant,
  times: number,
  before: number,
  after: number,
  nowMs: number,
  day: (offset: number, hour?: number) => number,
): Machine[] {
  const machines: Machine[] = []
  for (let copy = 0; copy < times; copy++) {
    for (const one of plant.machines) {
      const name = copy === 0 ? one.name : `${one.name} / ${copy + 1}`
      const shifts: (Span & { name: string })[] = []
      const span = Math.max(after, 2 * (before + after))
      for (let offset = -before; offset < span; offset++) {
        const weekday = wallClock(day(offset, 12), plant.timeZone).weekday
        for (const shift of one.shifts) {
          if (!shift.weekdays.includes(weekday)) continue
          shifts.push({ name: shift.name, fromMs: day(offset, shift.fromHour), toMs: day(offset, shift.toHour) })
        }
      }
      const outages: Outage[] = []
      if (name === 'Mill 4' || name === 'Press 2') {
        outages.push({
          kind: 'breakdown',
          text: name === 'Mill 4' ? 'spindle drive fault' : 'oil pressure low',
          fromMs: nowMs - 40 * MINUTE_MS,
          toMs: nowMs + 2 * HOUR_MS,
        })
      }
      if (name === 'Grinder C' || name === 'Lathe 3') {
        outages.push({ kind: 'maintenance', text: 'yearly service', fromMs: day(1, 6), toMs: day(1, 12) })
      }
      const calendar = { shifts, closed: [], outages }
      const freeMs = Array.from({ length: one.capacity ?? 1 }, () => day(-before, 6))
      machines.push({
        ...one,
        name,
        group: copy === 0 ? one.group : `${one.group} / ${copy + 1}`,
        id: `m-${machines.length}`,
        calendar,
        time: workingTime(calendar),
        freeMs,
        lastProduct: '',
      })
    }
  }
  return machines
}

/** Machines of the step take different times; the slow third of them refuses one family. */
function eligibleFor(
  known: Map<string, readonly Eligible[]>,
  machines: readonly Machine[],
  step: string,
  product: GivenProduct,
  workMs: number,
): readonly Eligible[] {
  const key = `${step} ${product.name} ${workMs}`
  const found = known.get(key)
  if (found) return found
  const made = machines.flatMap((machine, index): Eligible[] => {
    if (machine.step !== step) return []
    const isRefused = index % 3 === 2 && product.family === 'Pocket'
    if (isRefused) return [{ resourceId: machine.id, refusal: `no fixture for ${product.name}` }]
    return [
      { resourceId: machine.id, durationMs: Math.round((workMs * (1 + (index % 3) * 0.12)) / MINUTE_MS) * MINUTE_MS },
    ]
  })
  known.set(key, made)
  return made
}

function earliest(
  machines: readonly Machine[],
  eligible: readonly Eligible[],
  step: string,
  readyMs: number,
  workMs: number,
  product: GivenProduct,
  products: readonly GivenProduct[],
) {
  const able = machines.filter(
    ({ id, step: own }) => own === step && eligible.some((one) => one.resourceId === id && 'durationMs' in one),
  )
  const tried = able.map((machine) => {
    const listed = eligible.find(({ resourceId }) => resourceId === machine.id)
    const length = listed && 'durationMs' in listed ? listed.durationMs : workMs
    const lastFamily = products.find(({ name }) => name === machine.lastProduct)?.family
    const setupMs =
      machine.lastProduct === product.name
        ? 0
        : lastFamily === product.family
          ? SETUP_MS.sameFamily
          : SETUP_MS.otherFamily
    const slot = machine.freeMs.indexOf(Math.min(...machine.freeMs))
    const from = Math.max(readyMs, machine.freeMs[slot] ?? readyMs)
    return { machine, slot, setupMs, ...worked(machine.time, from, setupMs + length) }
  })
  const best = tried.toSorted((a, b) => a.endMs - b.endMs)[0]
  if (!best) throw new Error(`No machine does ${step}.`)
  return best
}

function waitingOf(
  plant: GivenPlant,
  machines: readonly Machine[],
  orders: GanttOrder[],
  known: Map<string, readonly Eligible[]>,
  nowMs: number,
  random: () => number,
): GanttWaiting[] {
  return Array.from({ length: WAITING_COUNT }, (_, index): GanttWaiting => {
    const product = plant.products[index % plant.products.length] as GivenProduct
    const [step, msPerPiece] = product.route[index % product.route.length] ?? ['', 0]
    const quantity = Math.round((product.lot * (0.3 + random())) / 10) * 10
    const name = String(9001 + index)
    const dueMs = nowMs + (2 + index) * DAY_MS
    orders.push({
      id: `order-${name}`,
      name,
      product: product.name,
      family: product.family,
      quantity,
      unit: 'pcs',
      dueMs,
    })
    const workMs = Math.round((msPerPiece * quantity) / MINUTE_MS) * MINUTE_MS
    return {
      id: `${name}-10`,
      orderId: `order-${name}`,
      step,
      quantity,
      setupMs: SETUP_MS.sameFamily,
      eligible: eligibleFor(known, machines, step, product, workMs),
      ...(index === 0 && { text: 'rush order' }),
    }
  })
}

/** One bar that somebody pushed into the one before it. */
function withOverlap(bars: readonly GanttBar[], nowMs: number): GanttBar[] {
  const victim = bars.find((bar) => bar.step === 'Grinding' && bar.startMs > nowMs + 20 * HOUR_MS && !bar.locked)
  if (!victim) return [...bars]
  const before = bars.find(({ resourceId, endMs }) => resourceId === victim.resourceId && endMs === victim.startMs)
  if (!before) return [...bars]
  const shiftMs = Math.min(1.5 * HOUR_MS, (before.endMs - before.startMs) / 2)
  const moved = {
    ...victim,
    startMs: victim.startMs - shiftMs,
    endMs: victim.endMs - shiftMs,
    conflict: `overlaps ${before.id}`,
  }
  return bars.map((bar) => (bar === victim ? moved : bar))
}

function resourceOf(
  machine: Machine,
  bars: readonly GanttBar[],
  nowMs: number,
  before: number,
  after: number,
  day: (offset: number) => number,
): GanttResource {
  const { id, name, group, capacity, calendar, time } = machine
  const own = bars.filter(({ resourceId }) => resourceId === id)
  const load = Array.from({ length: before + after }, (_, index) => {
    const span = { fromMs: day(index - before), toMs: day(index - before + 1) }
    const staffedMs = time.reduce((sum, one) => sum + overlapMs(one, span), 0) * (capacity ?? 1)
    const busyMs = own.reduce(
      (sum, bar) =>
        sum +
        overlapMs({ fromMs: bar.startMs, toMs: bar.endMs }, span) -
        bar.pauses.reduce((paused, pause) => paused + overlapMs(pause, span), 0),
      0,
    )
    // What is unplanned comes on top where machines are few.
    const extra = name === 'Grinder A' && index === before + 1 ? 0.22 : 0
    return { dayStartMs: span.fromMs, loadRatio: staffedMs > 0 ? busyMs / staffedMs + extra : 0 }
  }).filter(({ loadRatio }) => loadRatio > 0)
  const outage = calendar.outages.find(
    ({ kind, fromMs, toMs }) => kind === 'breakdown' && fromMs <= nowMs && nowMs < toMs,
  )
  const running = own.find(({ state }) => state === 'running')
  const live = outage
    ? ({ state: 'stopped', sinceMs: outage.fromMs, text: outage.text } as const)
    : running
      ? ({ state: 'running', sinceMs: running.startMs } as const)
      : ({
          state: 'idle',
          sinceMs: Math.max(day(0), ...own.filter(({ state }) => state === 'done').map(({ endMs }) => endMs)),
        } as const)
  return { id, name, group, ...(capacity !== undefined && { capacity }), calendar, load, live }
}

function overlapMs(a: Span, b: Span): number {
  return Math.max(0, Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs))
}

/** Mulberry32: the same numbers for a seed on every machine. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
