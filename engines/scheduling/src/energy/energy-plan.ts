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
  /** Other operations it has to wait for, each from their start on: people who go from the one to the other, what cools down between. */
  waits?: readonly EnergyWait[]
  /** Not before this minute; 0 when left out. */
  earliest?: number
  /** Ended by this minute; by the end of the rates when left out. */
  deadline?: number
  /** Intervals, ascending, of which it needs one to itself; those of its machine when left out. */
  open?: readonly { from: number; to: number }[]
  /** Has begun, or was promised for its minute: it stays. */
  fixed?: boolean
}

/** Not before so many minutes after another one has started; below 0: at most so many minutes before that. */
export type EnergyWait = { operation: number; minutes: number }

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
  /** All that an operation waits for, its predecessor on the machine among them, and the other way round; from start to start. */
  readonly before: readonly (readonly EnergyWait[])[]
  readonly after: readonly (readonly EnergyWait[])[]
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
  const next = new Int32Array(count).fill(-1)
  const previous = new Int32Array(count).fill(-1)
  const last = new Map<number, number>()
  const ended = plan.operations.map(({ predecessors }) => [...predecessors])
  for (const i of Array.from(plan.operations.keys()).sort((a, b) => startOf(plan, a) - startOf(plan, b) || a - b)) {
    const machine = plan.operations[i]?.machine ?? 0
    const ahead = last.get(machine)
    last.set(machine, i)
    if (ahead === undefined) continue
    next[ahead] = i
    previous[i] = ahead
    if (!ended[i]?.includes(ahead)) ended[i]?.push(ahead)
  }
  const before = plan.operations.map(({ waits = [] }, i): EnergyWait[] => [
    ...(ended[i] ?? []).map((operation) => ({ operation, minutes: durations[operation] ?? 0 })),
    ...waits,
  ])
  const after: EnergyWait[][] = plan.operations.map(() => [])
  before.forEach((list, i) => {
    for (const { operation, minutes } of list) {
      after[operation]?.push({ operation: i, minutes })
      if (startOf(plan, operation) + minutes > startOf(plan, i))
        throw new RangeError(`Operation ${i} starts before operation ${operation} has ended, or too soon after it.`)
    }
  })
  const order = inOrder(before, after)
  const compiled = { plan, horizon, durations, before, after, next, previous, order }
  return { ...compiled, ...windowsOf(compiled) }
}

/** Every operation after those it waits for. @throws RangeError when some wait for each other. */
function inOrder(before: readonly (readonly EnergyWait[])[], after: readonly (readonly EnergyWait[])[]): Int32Array {
  const open = Int32Array.from(before, (list) => list.length)
  const order = Array.from(open.keys()).filter((i) => open[i] === 0)
  for (const i of order)
    for (const { operation } of after[i] ?? []) {
      open[operation] = (open[operation] ?? 0) - 1
      if (open[operation] === 0) order.push(operation)
    }
  if (order.length < before.length) throw new RangeError('Some operations wait for each other.')
  return Int32Array.from(order)
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
      ...(before[i] ?? []).map(({ operation, minutes }) => (earliest[operation] ?? 0) + minutes),
    )
    earliest[i] = operation?.fixed ? operation.start : laterStart(plan, i, ready, durations[i] ?? 0)
  }
  for (const i of order.toReversed()) {
    const operation = plan.operations[i]
    const last = Math.min(
      Math.min(operation?.deadline ?? horizon, horizon) - (durations[i] ?? 0),
      ...(after[i] ?? []).map(({ operation, minutes }) => (latest[operation] ?? 0) - minutes),
    )
    latest[i] = operation?.fixed ? operation.start : earlierStart(plan, i, last, durations[i] ?? 0)
    const start = startOf(plan, i)
    const inTime = operation?.fixed || laterStart(plan, i, start, durations[i] ?? 0) === start
    if ((earliest[i] ?? 0) > start || (latest[i] ?? 0) < start || !inTime)
      throw new RangeError(`Operation ${i} starts at ${start}, outside its own bounds or working time.`)
  }
  return { earliest, latest }
}

/** The first start not before a minute that lies in working time; beyond every horizon when none does. */
export function laterStart(plan: EnergyPlan, operation: number, minute: number, duration: number): number {
  const open = openOf(plan, operation)
  if (!open) return minute
  for (const { from, to } of open) if (Math.max(from, minute) + duration <= to) return Math.max(from, minute)
  return Number.MAX_SAFE_INTEGER
}

/** The last start not after a minute that lies in working time; −1 when none does. */
export function earlierStart(plan: EnergyPlan, operation: number, minute: number, duration: number): number {
  const open = openOf(plan, operation)
  if (!open) return minute
  for (const { from, to } of open.toReversed())
    if (Math.min(minute, to - duration) >= from) return Math.min(minute, to - duration)
  return -1
}

function openOf({ machines, operations }: EnergyPlan, operation: number): EnergyMachine['open'] {
  return operations[operation]?.open ?? machines[operations[operation]?.machine ?? 0]?.open
}

function startOf(plan: EnergyPlan, operation: number): number {
  return plan.operations[operation]?.start ?? 0
}

function checkMachine({ idleW, switchOnWh = 0, open = [] }: EnergyMachine, m: number): void {
  check(idleW, 0, POWER_MAX_W, `machines[${m}].idleW`)
  check(switchOnWh, 0, POWER_MAX_W, `machines[${m}].switchOnWh`)
  checkOpen(open, `machines[${m}]`)
}

function checkOpen(open: readonly { from: number; to: number }[], name: string): void {
  open.forEach(({ from, to }, i) => {
    check(from, open[i - 1]?.to ?? 0, MINUTES_MAX, `${name}.open[${i}].from`)
    check(to, from, MINUTES_MAX, `${name}.open[${i}].to`)
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
  for (const wait of operation.waits ?? []) {
    check(wait.operation, 0, plan.operations.length - 1, `operations[${i}].waits.operation`)
    check(wait.minutes, -MINUTES_MAX, MINUTES_MAX, `operations[${i}].waits.minutes`)
  }
  checkOpen(operation.open ?? [], `operations[${i}]`)
}

function check(value: number, least: number, most: number, name: string): void {
  if (!(Number.isInteger(value) && value >= least && value <= most))
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}.`)
}
