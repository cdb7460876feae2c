/** A stretch of time, epoch milliseconds; `toMs` is not part of it. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** What the lanes of the picture are: machines, production orders, or steps of the routings. */
export type GanttLens = 'resource' | 'order' | 'flow'

/** Everything one Gantt shows. Pure values: whoever owns the plan makes a new one for each change. */
export interface GanttPlan {
  /** IANA zone of the plant; every time on the screen is on its clock. */
  readonly timeZone: string
  /** What can be scrolled to. */
  readonly horizon: Span
  /** Bars that start before this moment stay where they are, on resources that say nothing else. Left out: no fence. */
  readonly frozenUntilMs?: number
  /** Frozen bars may be taken after all: their owner asks for a reason. */
  readonly fenceYields?: boolean
  /** Machines in the order they are shown, at most {@link LANE_LIMIT}. */
  readonly resources: readonly GanttResource[]
  readonly orders: readonly GanttOrder[]
  /** At most {@link BAR_LIMIT}, in any order. */
  readonly bars: readonly GanttBar[]
  readonly links: readonly GanttLink[]
  /** Operations without a place in the plan: the tray. */
  readonly waiting: readonly GanttWaiting[]
}

/** More than a plan of a plant has; beyond it the reader is told to choose a part. */
export const BAR_LIMIT = 50_000
export const LANE_LIMIT = 2000

/** A machine, line or group of people that does one thing at a time, or several where `capacity` says so. */
export interface GanttResource {
  readonly id: string
  readonly name: string
  /** What it belongs to, e.g. a work center; machines of one group stand together under its name. */
  readonly group?: string
  /** Operations it can do at the same time; left out: 1. More are drawn in rows under each other. */
  readonly capacity?: number
  /** What starts together on it is one charge of a furnace, drawn as one block. */
  readonly hasCharges?: true
  readonly calendar: GanttCalendar
  /** Its fences: bars that start before the first stay, those before the second need a reason. */
  readonly frozenUntilMs?: number
  readonly slushyUntilMs?: number
  /** By ascending start. */
  readonly load: readonly DayLoad[]
  /** What the machine does now; left out: it reports nothing. */
  readonly live?: LiveState
}

/** When a resource works. All by ascending start. */
export interface GanttCalendar {
  /** Staffed time; outside of it nobody works. Empty: nobody ever does. */
  readonly shifts: readonly (Span & { readonly name: string })[]
  /** Holidays and other days without work. */
  readonly closed: readonly (Span & { readonly text: string })[]
  /** The machine itself is not to be had: planned maintenance, or a breakdown until its expected end. */
  readonly outages: readonly Outage[]
}

export interface Outage extends Span {
  readonly kind: 'maintenance' | 'breakdown'
  readonly text: string
}

/** Work against staffed time of one day of the plant's clock; above 1 it does not fit. */
export interface DayLoad {
  readonly dayStartMs: number
  readonly loadRatio: number
}

export interface LiveState {
  readonly state: 'running' | 'idle' | 'stopped' | 'off'
  readonly sinceMs: number
  /** Why, in the plant's words. */
  readonly text?: string
}

/** A production order: one lot of one product. */
export interface GanttOrder {
  readonly id: string
  /** As people say it: `4458`. */
  readonly name: string
  readonly product: string
  readonly family: string
  readonly quantity: number
  readonly unit: string
  readonly dueMs: number
  /** Whom it is for, if anybody. */
  readonly customer?: string
}

export type BarState = 'scheduled' | 'running' | 'done'

/** One operation (or a part of one that was split) in its place. */
export interface GanttBar {
  /** Of the operation; unique in the plan. */
  readonly id: string
  readonly orderId: string
  /** What is done, e.g. `Grinding`. Its steps are the lanes of the flow lens. */
  readonly step: string
  readonly resourceId: string
  /** Which of several equal machines, from 0; each has a row of its own. Left out: whichever is free. */
  readonly lane?: number
  /** Of an operation that was split: which part, from 1. */
  readonly part?: number
  /** Begins with the set-up. */
  readonly startMs: number
  readonly endMs: number
  /** Part of the whole at its beginning; 0 without set-up. */
  readonly setupMs: number
  /** Pauses inside it: the resource was closed. By ascending start. */
  readonly pauses: readonly Span[]
  readonly state: BarState
  /** It runs by the plan, but its machine stands still. */
  readonly isHalted?: boolean
  /** Part that is done, 0…1; only while running. */
  readonly doneRatio?: number
  /** How much later than due its order ends because of it; 0 when it does not. */
  readonly lateMs: number
  /** Why it cannot be so, e.g. `overlaps 4458 Grinding`; left out when it can. */
  readonly conflict?: string
  readonly locked: boolean
  readonly quantity: number
  /** Where it may go. Bars of the same kind may share one list. Resources not in it are refused without a reason. */
  readonly eligible: readonly Eligible[]
}

/** Whether an operation may be done on a resource: how long it takes there, or why not. */
export type Eligible =
  | { readonly resourceId: string; readonly durationMs: number }
  | { readonly resourceId: string; readonly refusal: string }

/** The second may not begin before the first has ended and a pause has passed. */
export interface GanttLink {
  readonly fromId: string
  readonly toId: string
  readonly lagMs: number
}

/** An operation that wants a place. */
export interface GanttWaiting {
  readonly id: string
  readonly orderId: string
  readonly step: string
  readonly quantity: number
  readonly setupMs: number
  readonly eligible: readonly Eligible[]
  /** Why it has no place yet, e.g. `rush order`. */
  readonly text?: string
}

/** Something a person wants to do to the plan. What becomes of it is for the owner of the plan to say. */
export type GanttEdit =
  | { readonly kind: 'move'; readonly moves: readonly BarMove[] }
  | { readonly kind: 'place'; readonly waitingId: string; readonly resourceId: string; readonly startMs: number }
  | { readonly kind: 'unplace'; readonly barIds: readonly string[] }
  | { readonly kind: 'lock'; readonly barIds: readonly string[]; readonly locked: boolean }
  | { readonly kind: 'split'; readonly barId: string; readonly atMs: number }

export interface BarMove {
  readonly barId: string
  readonly resourceId: string
  readonly startMs: number
}

/** One bar before and after an edit; null where it was not there or is no more. */
export interface BarChange {
  readonly before: GanttBar | null
  readonly after: GanttBar | null
}

/** One operation of the tray before and after an edit. */
export interface WaitingChange {
  readonly before: GanttWaiting | null
  readonly after: GanttWaiting | null
}

/** What an edit would do, successors and all; or why it may not be. */
export type GanttOutcome =
  | { readonly changes: readonly BarChange[]; readonly waiting?: readonly WaitingChange[]; readonly text?: string }
  | { readonly refusal: string }
