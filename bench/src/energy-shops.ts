import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type EnergyPlan, type EnergyRates, improveProject, saveEnergy, validateEnergyPlan } from '@millrace/scheduling'
import type { BenchmarkArguments } from './benchmark.ts'
import { instancesOf, type Selection, selectionOf } from './line-data.ts'
import { threadBudget } from './thread-time.ts'

/** A unit of the instances in minutes: makespans become 34 to 43 hours. */
const UNIT_MINUTES = 2
const DAY_SLOTS = 96
const SLOT_MINUTES = 15
const DEADLINE = 1.25
const IDLE_SHARE = 0.3
const BREAK_EVEN_HOURS = 1
/** Cents for a megawatt hour, by hour of the day: night from 22 to 6, high from 8 to 12 and from 17 to 20, else middle. */
const NIGHT = 12_000
const MIDDLE = 20_000
const HIGH = 32_000
/** A cap is lowered so far below the highest power at a time, until the search cannot keep it. */
const CAP_STEP = 0.05

export type EnergyShopResult = {
  name: string
  tariff: number
  tariffIdling: number
  peak: number
  switchOff: number
  isKept: boolean
}

/**
 * Job shops whose sequences stay and whose operations move in time; savings in per cent, by instance:
 *
 * - `tariff`: cost at three prices of the day, everything due at 1.25 × makespan, mean over begins at 6:00 and 22:00, of machines that
 *   draw nothing between operations; `tariffIdling`: of machines that idle as below, and may be switched off in the new plan;
 * - `peak`: highest mean of 15 minutes, with the same due date;
 * - `switchOff`: energy at the same makespan, against machines that idle at 30 % between their first and last operation; an hour of
 *   idling is what switching on takes.
 *
 * Powers are invented: 10 to 60 kW for a machine, 20 % more or less for an operation, from a seed.
 *
 * @returns undefined without data.
 */
export function runEnergyShops(args: BenchmarkArguments): EnergyShopResult[] | undefined {
  const selection = selectionOf(args, 'jsp', { seconds: 1, seeds: [1] })
  if (!selection) return undefined
  const names = instancesOf({ ...selection, instances: undefined }, '.txt').filter((name) =>
    selection.instances ? selection.instances.has(name) : /^(la(2[1-9]|3\d|40)|ta(0\d|10))$/.test(name),
  )
  return names.flatMap((name) => selection.seeds.map((seed) => shopResult(args, selection, name, seed)))
}

function shopResult(
  args: BenchmarkArguments,
  { folder, seconds }: Selection,
  name: string,
  seed: number,
): EnergyShopResult {
  const { jobs, machines } = readShop(path.join(folder, `${name}.txt`))
  const { starts, makespan } = jobShopPlan(jobs, machines, seed, seconds)
  const planUntil = (deadline: number, idleShare = IDLE_SHARE) =>
    energyPlanOf(jobs, machines, starts, deadline, idleShare, seed)
  let isKept = true
  const save = (plan: EnergyPlan, rates: EnergyRates, goal: { switchOff: boolean; capW?: number }) => {
    const saving = saveEnergy(plan, rates, goal, { seed, stop: threadBudget(seconds, 1) })
    if (validateEnergyPlan(plan, saving.starts).length > 0) isKept = false
    return saving
  }
  const due = Math.floor(makespan * DEADLINE)
  const tariffSaving = (idleShare: number, switchOff: boolean) => {
    const savings = [6, 22].map((hour) => {
      const { before, after } = save(planUntil(due, idleShare), dayRates(hour), { switchOff })
      return 100 * (1 - after.cost / before.cost)
    })
    return savings.reduce((a, b) => a + b, 0) / savings.length
  }
  const tariff = tariffSaving(0, false)
  const tariffIdling = tariffSaving(IDLE_SHARE, true)
  const late = planUntil(due)

  const flat = { slotMinutes: SLOT_MINUTES, pricesCentPerMwh: dayRates(0).pricesCentPerMwh.map(() => MIDDLE) }
  const atEase = save(late, flat, { switchOff: false })
  let peakKw = atEase.before.peakKw
  for (let cap = peakKw * (1 - CAP_STEP); ; cap = peakKw * (1 - CAP_STEP)) {
    const { after } = save(late, flat, { switchOff: false, capW: Math.floor(cap * 1000) })
    if (after.peakKw < peakKw) peakKw = after.peakKw
    if (after.peakKw > cap) break
  }
  const tight = save(planUntil(makespan), flat, { switchOff: true })
  const result = {
    name,
    tariff,
    tariffIdling,
    peak: 100 * (1 - peakKw / atEase.before.peakKw),
    switchOff: 100 * (1 - tight.after.usedKwh / tight.before.usedKwh),
    isKept,
  }
  args.print(
    `${name.padEnd(16)} seed ${seed}  tariff ${tariff.toFixed(1)} %, idling ${tariffIdling.toFixed(1)} %, peak ${result.peak.toFixed(1)} %, switching off ${result.switchOff.toFixed(1)} %`,
  )
  return result
}

/** Starts in minutes of a plan with a short makespan. */
function jobShopPlan(
  jobs: readonly Job[],
  machines: number,
  seed: number,
  seconds: number,
): { starts: number[]; makespan: number } {
  const activities = jobs.flatMap((job, j) =>
    job.map(({ machine, duration }, k) => ({
      duration,
      demands: Array.from({ length: machines }, (_, one) => Number(one === machine)),
      predecessors: k === 0 ? [] : [jobs.slice(0, j).reduce((sum, { length }) => sum + length, 0) + k - 1],
    })),
  )
  const capacities = new Array<number>(machines).fill(1)
  const plan = improveProject({ capacities, activities }, { seed, stop: threadBudget(seconds, 32) })
  return { starts: plan.starts.map((start) => start * UNIT_MINUTES), makespan: plan.makespan * UNIT_MINUTES }
}

function energyPlanOf(
  jobs: readonly Job[],
  machines: number,
  starts: readonly number[],
  deadline: number,
  idleShare: number,
  seed: number,
): EnergyPlan {
  const random = chance(seed)
  const nominalW = Array.from({ length: machines }, () => Math.round(10_000 + 50_000 * random()))
  let i = -1
  return {
    operations: jobs.flatMap((job) =>
      job.map(({ machine, duration }, k) => {
        i++
        const powerW = Math.round((nominalW[machine] ?? 0) * (0.8 + 0.4 * random()))
        const profile = [{ minutes: duration * UNIT_MINUTES, powerW }]
        return { machine, start: starts[i] ?? 0, profile, predecessors: k === 0 ? [] : [i - 1], deadline }
      }),
    ),
    machines: nominalW.map((power) => {
      const idleW = Math.round(power * idleShare)
      return { idleW, switchOnWh: idleW * BREAK_EVEN_HOURS }
    }),
  }
}

/** Four days from an hour of the first. */
function dayRates(hour: number): EnergyRates {
  const priceAt = (ofDay: number) => {
    if (ofDay < 6 || ofDay >= 22) return NIGHT
    return (ofDay >= 8 && ofDay < 12) || (ofDay >= 17 && ofDay < 20) ? HIGH : MIDDLE
  }
  return {
    slotMinutes: SLOT_MINUTES,
    pricesCentPerMwh: Array.from({ length: 4 * DAY_SLOTS }, (_, slot) => priceAt((hour + Math.floor(slot / 4)) % 24)),
  }
}

type Job = { machine: number; duration: number }[]

function readShop(file: string): { jobs: Job[]; machines: number } {
  const rows = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .filter((row) => row.trim() !== '' && !row.startsWith('#'))
    .map((row) => row.trim().split(/\s+/).map(Number))
  const [count = 0, machines = 0] = rows[0] ?? []
  const jobs = rows
    .slice(1, 1 + count)
    .map((row) =>
      Array.from({ length: machines }, (_, k) => ({ machine: row[2 * k] ?? 0, duration: row[2 * k + 1] ?? 0 })),
    )
  return { jobs, machines }
}

/** @see D. E. Knuth's MMIX: linear congruence, the upper bits. */
function chance(seed: number): () => number {
  let state = BigInt(seed)
  return () => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & 0xffff_ffff_ffff_ffffn
    return Number(state >> 32n) / 2 ** 32
  }
}
