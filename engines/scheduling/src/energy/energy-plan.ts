const OPERATIONS_MAX = 20_000
const MINUTES_MAX = 600_000
const POWER_MAX_W = 100_000_000

/** A plan whose sequences are settled and whose times may move. Times are whole minutes from the origin of the plan and the rates. */
export type EnergyPlan = {
  operations: readonly EnergyOperation[]
  machines: readonly EnergyMachine[]
}

export type EnergyOperation = {
  machine: number
  start: number
  /** What it draws, stretch after stretch; the minutes together are its duration. */
  profile: readonly { minutes: number; powerW: number }[]
  /** Operations that must have ended. Those before it on its machine need not be named. */
  predecessors: readonly number[]
  /** Not before this minute; 0 when left out. */
  earliest?: number
  /** Ended by this minute; by the end of the rates when left out. */
  deadline?: number
  /** Has begun, or was promised for its minute: it stays. */
  fixed?: boolean
}

export type EnergyMachine = {
  /** Drawn between two operations while the machine stays on. */
  idleW: number
  /** What switching it on again takes. It is switched off when idling would take more; never when left out. */
  switchOnWh?: number
  /** Working intervals, ascending; an operation lies within one of them. Always when left out. */
  open?: readonly { from: number; to: number }[]
}

/** A plan as the searches read it. */
export type CompiledEnergyPlan = {
  readonly plan: EnergyPlan
  readonly horizon: number
  readonly durations: Int32Array
  /** All that must end before an operation begins, its predecessor on the machine among them, and the other way round. */
  readonly before: readonly (readonly number[])[]
  readonly after: readonly (readonly number[])[]
  /** The next one on the same machine; −1 for the last. The one before; −1 for the first. */
  readonly next: Int32Array
  readonly previous: Int32Array
  /** Every operation after those it waits for. */
  readonly order: Int32Array
  /** Between these an operation starts in every plan of these sequences. */
  readonly earliest: Int32Array
  readonly latest: Int32Array
}

/**
 * @param horizon length of the rates in minutes.
 * @throws RangeError on values out of range, unknown machines or predecessors, and a given plan that breaks its own rules.
 */
export function compileEnergyPlan(plan: EnergyPlan, horizon: number): CompiledEnergyPlan {
  const count = plan.operations.length
  if (count === 0 || count > OPERATIONS_MAX)
    throw new RangeError(`A plan has 1 to ${OPERATIONS_MAX} operations, not ${count}.`)
  check(horizon, 1, MINUTES_MAX, 'The horizon')
  plan.machines.forEach((machine, m) => {
    checkMachine(machine, m)
  })
  plan.operations.forEach((operation, i) => {
    checkOperation(operation, i, plan, horizon)
  })
  const durations = Int32Array.from(plan.operations, ({ profile }) =>
    profile.reduce((sum, { minutes }) => sum + minutes, 0),
  )
  const order = Int32Array.from(plan.operations.keys()).sort((a, b) => startOf(plan, a) - startOf(plan, b) || a - b)
  const next = new Int32Array(count).fill(-1)
  const previous = new Int32Array(count).fill(-1)
  const last = new Map<number, number>()
  const before = plan.operations.map(({ predecessors }) => [...predecessors])
  const after: number[][] = plan.operations.map(() => [])
  for (const i of order) {
    const machine = plan.operations[i]?.machine ?? 0
    const ahead = last.get(machine)
    last.set(machine, i)
    if (ahead === undefined) continue
    next[ahead] = i
    previous[i] = ahead
    if (!before[i]?.includes(ahead)) before[i]?.push(ahead)
  }
  before.forEach((list, i) => {
    for (const one of list) {
      after[one]?.push(i)
      if (startOf(plan, one) + (durations[one] ?? 0) > startOf(plan, i))
        throw new RangeError(`Operation ${i} starts before operation ${one} has ended.`)
    }
  })
  const compiled = { plan, horizon, durations, before, after, next, previous, order }
  return { ...compiled, ...windowsOf(compiled) }
}

function windowsOf({
  plan,
  horizon,
  durations,
  before,
  after,
  order,
}: Omit<CompiledEnergyPlan, 'earliest' | 'latest'>) {
  const earliest = new Int32Array(order.length)
  const latest = new Int32Array(order.length)
  for (const i of order) {
    const operation = plan.operations[i]
    const ready = Math.max(
      operation?.earliest ?? 0,
      ...(before[i] ?? []).map((one) => (earliest[one] ?? 0) + (durations[one] ?? 0)),
    )
    earliest[i] = operation?.fixed ? operation.start : laterStart(plan, i, ready, durations[i] ?? 0)
  }
  for (const i of order.toReversed()) {
    const operation = plan.operations[i]
    const end = Math.min(operation?.deadline ?? horizon, horizon, ...(after[i] ?? []).map((one) => latest[one] ?? 0))
    latest[i] = operation?.fixed ? operation.start : earlierStart(plan, i, end - (durations[i] ?? 0), durations[i] ?? 0)
    const start = startOf(plan, i)
    const inTime = operation?.fixed || laterStart(plan, i, start, durations[i] ?? 0) === start
    if ((earliest[i] ?? 0) > start || (latest[i] ?? 0) < start || !inTime)
      throw new RangeError(`Operation ${i} starts at ${start}, outside its own bounds or working time.`)
  }
  return { earliest, latest }
}

/** The first start not before a minute that lies in working time; beyond every horizon when none does. */
export function laterStart(plan: EnergyPlan, operation: number, minute: number, duration: number): number {
  const open = plan.machines[plan.operations[operation]?.machine ?? 0]?.open
  if (!open) return minute
  for (const { from, to } of open) if (Math.max(from, minute) + duration <= to) return Math.max(from, minute)
  return Number.MAX_SAFE_INTEGER
}

/** The last start not after a minute that lies in working time; −1 when none does. */
export function earlierStart(plan: EnergyPlan, operation: number, minute: number, duration: number): number {
  const open = plan.machines[plan.operations[operation]?.machine ?? 0]?.open
  if (!open) return minute
  for (const { from, to } of open.toReversed())
    if (Math.min(minute, to - duration) >= from) return Math.min(minute, to - duration)
  return -1
}

function startOf(plan: EnergyPlan, operation: number): number {
  return plan.operations[operation]?.start ?? 0
}

function checkMachine({ idleW, switchOnWh = 0, open = [] }: EnergyMachine, m: number): void {
  check(idleW, 0, POWER_MAX_W, `machines[${m}].idleW`)
  check(switchOnWh, 0, POWER_MAX_W, `machines[${m}].switchOnWh`)
  open.forEach(({ from, to }, i) => {
    check(from, open[i - 1]?.to ?? 0, MINUTES_MAX, `machines[${m}].open[${i}].from`)
    check(to, from, MINUTES_MAX, `machines[${m}].open[${i}].to`)
  })
}

function checkOperation(operation: EnergyOperation, i: number, plan: EnergyPlan, horizon: number): void {
  check(operation.machine, 0, plan.machines.length - 1, `operations[${i}].machine`)
  check(operation.start, 0, horizon, `operations[${i}].start`)
  check(operation.earliest ?? 0, 0, horizon, `operations[${i}].earliest`)
  check(operation.deadline ?? 0, 0, MINUTES_MAX, `operations[${i}].deadline`)
  if (operation.profile.length === 0) throw new RangeError(`operations[${i}].profile is empty.`)
  for (const { minutes, powerW } of operation.profile) {
    check(minutes, 1, MINUTES_MAX, `operations[${i}].profile.minutes`)
    check(powerW, 0, POWER_MAX_W, `operations[${i}].profile.powerW`)
  }
  for (const predecessor of operation.predecessors)
    check(predecessor, 0, plan.operations.length - 1, `operations[${i}].predecessors`)
}

function check(value: number, least: number, most: number, name: string): void {
  if (!(Number.isInteger(value) && value >= least && value <= most))
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}.`)
}
