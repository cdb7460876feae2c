/**
 * A factory's scheduling problem as plain readable objects.
 *
 * Every time and duration is a whole number of seconds; times count from the plan's origin, which only the caller knows
 * (an instant). Quantities, loads and counts are whole numbers. Ids are unique within their list, those of operations
 * within the whole problem.
 */
export interface FactoryProblem {
  /** Nothing may end after it. Times beyond are not looked at, so give it room behind the last due date. */
  readonly horizonS: number
  /** Nothing that is not history starts earlier. */
  readonly nowS: number
  /** What starts before it in a present plan stays where it is when that plan is improved or repaired. At least `nowS`. */
  readonly frozenUntilS: number
  readonly calendars: readonly FactoryCalendar[]
  readonly resources: readonly FactoryResource[]
  readonly setupMatrices: readonly SetupMatrix[]
  readonly operatorGroups: readonly OperatorGroup[]
  readonly tools: readonly FactoryTool[]
  readonly materials: readonly FactoryMaterial[]
  /** Ways between areas that take time; what is not listed takes none. */
  readonly transports: readonly Transport[]
  readonly orders: readonly FactoryOrder[]
}

/** From its start up to, not including, its end. */
export interface Interval {
  readonly startS: number
  readonly endS: number
}

/** When work is possible: sorted intervals that do not overlap. `openIntervals` makes them from shifts and holidays. */
export interface FactoryCalendar {
  readonly id: string
  readonly open: readonly Interval[]
}

/**
 * A machine, or several equal ones.
 *
 * A machine runs one operation at a time. A batch machine (a furnace) runs one batch at a time: operations of one family
 * and duration that start and end together, whose loads fit.
 */
export interface FactoryResource {
  readonly id: string
  readonly kind: 'machine' | 'batch'
  /** How many equal machines there are, 1 to 64. Each is a lane, counted from 0, with its own sequence and set-ups. */
  readonly count: number
  /** Load that one batch may carry. For batch machines only. */
  readonly batchLoad?: number
  readonly calendarId: string
  /** Planned times without work: maintenance. */
  readonly closed?: readonly Interval[]
  /** Stops that nobody planned. They also suspend what may not be split but ran already when they began. */
  readonly stops?: readonly Interval[]
  readonly setupMatrixId?: string
  /** What every lane is set up for when the plan begins. Without it the first operation needs the matrix's `initialS`. */
  readonly initialFamily?: string
  /** Where it stands, for transports. */
  readonly area?: string
  /** What starts here before it stays, where that is another time than the problem's. At least `nowS`. */
  readonly frozenUntilS?: number
}

/** Set-up times between families, from what a machine was last set up for to what comes next. */
export interface SetupMatrix {
  readonly id: string
  /** Between two families that are not listed below. The same family after itself needs none. */
  readonly otherwiseS: number
  /** For the first operation on a machine that is set up for nothing. */
  readonly initialS: number
  readonly changes: readonly { readonly from: string; readonly to: string; readonly setupS: number }[]
}

/** People who can stand in for each other. */
export interface OperatorGroup {
  readonly id: string
  readonly skills: readonly string[]
  readonly headcount: number
  readonly calendarId: string
  readonly absences?: readonly (Interval & { readonly count: number })[]
}

/** Moulds, fixtures, gauges: held from the beginning of the set-up to the end of the operation, breaks included. */
export interface FactoryTool {
  readonly id: string
  readonly count: number
}

/** Stock at the origin and dated arrivals. An operation takes its quantity when its processing starts. */
export interface FactoryMaterial {
  readonly id: string
  readonly stock: number
  readonly arrivals: readonly MaterialArrival[]
}

export interface MaterialArrival {
  readonly id: string
  readonly atS: number
  readonly quantity: number
}

export interface Transport {
  readonly fromArea: string
  readonly toArea: string
  readonly durationS: number
}

export interface FactoryOrder {
  readonly id: string
  /** What a second of lateness weighs, at least 1. */
  readonly weight: number
  readonly releaseS: number
  readonly dueS: number
  readonly quantity: number
  readonly operations: readonly FactoryOperation[]
}

export interface FactoryOperation {
  readonly id: string
  /** At least one; the plan takes one of them. */
  readonly alternatives: readonly FactoryAlternative[]
  /** What has to be done before: operations of the same order, or of an order that makes a part of this one (pegging). */
  readonly after?: readonly Precedence[]
  /** Set-up family; on a batch machine, what may share a batch. */
  readonly family?: string
  /** Whether processing may pause while its machine (or its operators) do not work. A set-up always may. */
  readonly splittable: boolean
  readonly operators?: OperatorNeed
  readonly tools?: readonly { readonly toolId: string; readonly count: number }[]
  readonly materials?: readonly { readonly materialId: string; readonly quantity: number }[]
  /** Share of a batch machine's load, at least 1. Without it 1. */
  readonly load?: number
  /** Stays exactly there. */
  readonly pin?: Pin
  readonly lock?: Lock
}

export interface FactoryAlternative {
  readonly resourceId: string
  /** Processing of the order's whole quantity, working time, at least 1. */
  readonly durationS: number
}

/**
 * What `operationId` has to have done before.
 *
 * Waiting (cooling, curing) and transport run at all hours. With `transferQuantity` both may overlap: this operation starts
 * when that many pieces are done and have come over, and ends not before it has worked on the last such batch.
 */
export interface Precedence {
  readonly operationId: string
  readonly waitS?: number
  readonly transferQuantity?: number
}

/**
 * People of one group that has the skill. Work goes on only while machine and group are both open. They stay with the operation
 * from the beginning of its set-up to its end (or, for `setup`, to the end of its set-up), breaks included. A batch needs
 * what one of its operations needs, and only operations that need the same share one.
 */
export interface OperatorNeed {
  readonly skill: string
  readonly count: number
  readonly during: 'whole' | 'setup'
}

export interface Pin {
  readonly resourceId: string
  readonly lane: number
  readonly startS: number
  /** Its set-up has begun before now: it may count from here on. */
  readonly setupStartS?: number
}

export interface Lock {
  readonly resourceId?: string
  readonly notBeforeS?: number
}
