import { type LaneIndex, laneIndex, lowest } from './bar-index.ts'
import { type LaneOf, lanesOf } from './lanes.ts'
import { BAR_HEIGHT, GROUP_HEIGHT, LANE_PADDING, LOAD_HEIGHT, ROW_GAP } from './measures.ts'
import type { GanttBar, GanttLens, GanttLink, GanttOrder, GanttPlan, GanttResource, Span } from './model.ts'

/** A bar in its lane. */
export interface PlacedBar {
  readonly bar: GanttBar
  readonly startMs: number
  readonly endMs: number
  /** From 0, the uppermost. */
  readonly row: number
  /** Position of its lane in the picture. */
  readonly lane: number
}

/** A lane with its place in the picture; heights in CSS pixels from the top of all lanes. */
export interface PlacedLane extends Omit<LaneOf, 'bars' | 'rowLimit'> {
  readonly top: number
  readonly height: number
  readonly rowCount: number
  /** Whether the name of its group stands above it; then `top` is below that name. */
  readonly startsGroup: boolean
  readonly bars: LaneIndex<PlacedBar>
  /** Where two bars of a row lie over each other. */
  readonly overlaps: readonly (Span & { readonly row: number })[]
  /** Charges of a furnace, each around the rows of its operations. */
  readonly charges: readonly Charge[]
}

/** What goes through a furnace together. */
export interface Charge extends Span {
  readonly firstRow: number
  readonly lastRow: number
  readonly count: number
}

/** A plan laid out for one lens: everything drawing, hit tests and keys ask for, computed once for each plan. */
export interface Picture {
  readonly plan: GanttPlan
  readonly lens: GanttLens
  readonly lanes: readonly PlacedLane[]
  readonly height: number
  readonly bars: ReadonlyMap<string, PlacedBar>
  readonly orders: ReadonlyMap<string, GanttOrder>
  readonly resources: ReadonlyMap<string, GanttResource>
  /** Links by the bar they lead to, and by the one they come from. */
  readonly linksTo: ReadonlyMap<string, readonly GanttLink[]>
  readonly linksFrom: ReadonlyMap<string, readonly GanttLink[]>
}

export function pictureOf(plan: GanttPlan, lens: GanttLens): Picture {
  const bars = new Map<string, PlacedBar>()
  const lanes: PlacedLane[] = []
  let top = 0
  let group: string | undefined
  for (const [position, { bars: own, rowLimit, ...lane }] of lanesOf(plan, lens).entries()) {
    const startsGroup = lane.group !== undefined && lane.group !== group
    group = lane.group
    if (startsGroup) top += GROUP_HEIGHT
    const hasCharges = lens === 'resource' && lane.resource?.hasCharges === true
    const { placed, rowCount, overlaps } = inRows(own, rowLimit, position, lens === 'resource' && !hasCharges)
    const charges = hasCharges ? chargesOf(placed) : []
    for (const one of placed) bars.set(one.bar.id, one)
    const height = laneHeight(rowCount, lens)
    lanes.push({ ...lane, top, height, rowCount, startsGroup, bars: laneIndex(placed), overlaps, charges })
    top += height
  }
  return {
    plan,
    lens,
    lanes,
    height: top,
    bars,
    orders: new Map(plan.orders.map((order) => [order.id, order])),
    resources: new Map(plan.resources.map((resource) => [resource.id, resource])),
    linksTo: linksBy(plan.links, ({ toId }) => toId),
    linksFrom: linksBy(plan.links, ({ fromId }) => fromId),
  }
}

function laneHeight(rowCount: number, lens: GanttLens): number {
  const load = lens === 'resource' ? LOAD_HEIGHT : 0
  return load + rowCount * BAR_HEIGHT + (rowCount - 1) * ROW_GAP + 2 * LANE_PADDING[lens]
}

/** Top of a row of bars within the picture. */
export function rowTop(picture: Picture, lane: PlacedLane, row: number): number {
  const load = picture.lens === 'resource' ? LOAD_HEIGHT : 0
  return lane.top + LANE_PADDING[picture.lens] + load + row * (BAR_HEIGHT + ROW_GAP)
}

/** The lane at a height; undefined on the name of a group, above all lanes and below them. */
export function laneAt(picture: Picture, y: number): PlacedLane | undefined {
  const lane = picture.lanes[firstLaneBelow(picture, y)]
  return lane && y >= lane.top ? lane : undefined
}

/** Position of the first lane that ends below a height. */
export function firstLaneBelow({ lanes }: Picture, y: number): number {
  return lowest(lanes.length, (at) => {
    const lane = lanes[at]
    return lane !== undefined && lane.top + lane.height > y
  })
}

/**
 * The bar of a moment and a place goes into the first row that is free; past the limit into the one that is free next.
 *
 * @param byLane whether a bar on one of several equal machines has that machine's row
 */
function inRows(bars: readonly GanttBar[], rowLimit: number, lane: number, byLane: boolean) {
  const endsMs: number[] = []
  const overlaps: (Span & { row: number })[] = []
  const sorted = bars.toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs)
  const placed = sorted.map((bar): PlacedBar => {
    const { startMs, endMs } = bar
    const own = byLane && bar.lane !== undefined && bar.lane < rowLimit ? bar.lane : undefined
    while (own !== undefined && endsMs.length <= own) endsMs.push(Number.NEGATIVE_INFINITY)
    let row = own ?? endsMs.findIndex((end) => end <= startMs)
    if (row === -1) row = endsMs.length < rowLimit ? endsMs.length : endsMs.indexOf(Math.min(...endsMs))
    const takenUntilMs = endsMs[row] ?? Number.NEGATIVE_INFINITY
    if (takenUntilMs > startMs) overlaps.push({ fromMs: startMs, toMs: Math.min(takenUntilMs, endMs), row })
    endsMs[row] = Math.max(takenUntilMs, endMs)
    return { bar, startMs, endMs, row, lane }
  })
  return { placed, rowCount: Math.max(1, endsMs.length), overlaps }
}

function chargesOf(placed: readonly PlacedBar[]): Charge[] {
  const groups = Map.groupBy(placed, ({ bar }) => `${bar.lane ?? 0} ${bar.startMs + bar.setupMs}`)
  return [...groups.values()].map((bars) => ({
    fromMs: Math.min(...bars.map(({ startMs }) => startMs)),
    toMs: Math.max(...bars.map(({ endMs }) => endMs)),
    firstRow: Math.min(...bars.map(({ row }) => row)),
    lastRow: Math.max(...bars.map(({ row }) => row)),
    count: bars.length,
  }))
}

function linksBy(links: readonly GanttLink[], keyOf: (link: GanttLink) => string): Map<string, GanttLink[]> {
  const found = new Map<string, GanttLink[]>()
  for (const link of links) found.set(keyOf(link), [...(found.get(keyOf(link)) ?? []), link])
  return found
}

/** Whether the fence holds a bar where it is. */
export function isFrozen(plan: GanttPlan, bar: GanttBar): boolean {
  const untilMs = plan.resources.find(({ id }) => id === bar.resourceId)?.frozenUntilMs ?? plan.frozenUntilMs
  return untilMs !== undefined && bar.startMs < untilMs
}
