import type { CapacityPlan, Shortage } from '@millrace/capacity'
import type { ProductId } from './contract.ts'
import { weekNumber } from './week-rules.ts'
import type { ResourceGroup, WeekLoad, WeeklyCapacity, WeeklyLot } from './weekly-capacity-contract.ts'
import type { WeeklyDemand } from './weekly-demand-rules.ts'
import type { StatedWeeks } from './weekly-problem-rules.ts'

/** What the thread answers. */
export interface FoundWeeks {
  readonly plan: CapacityPlan
  readonly asWanted: Pick<CapacityPlan, 'loadHours' | 'work'>
  readonly shortages: readonly Shortage[]
}

export interface NamedProduct {
  readonly id: string
  readonly name: string
}

/** Less overload than this is none. */
const TRACE_HOURS = 0.5
/** The longest list that somebody still reads. */
const SENTENCES_MAX = 3
const MOVES_TOLD = 2

/** The weekly plan as the page shows it. */
export function answerOf(
  stated: StatedWeeks,
  demands: ReadonlyMap<string, WeeklyDemand>,
  products: readonly NamedProduct[],
  found: FoundWeeks,
): WeeklyCapacity {
  const groups = groupsOf(stated, products, found)
  const lots = lotsOf(stated, demands, products, found)
  const { cost, bound } = found.plan
  return {
    ...{ weeks: [...stated.weeks], groups, lots, sentences: sentencesOf(groups, lots) },
    gapRatio: cost <= 0 ? 0 : Math.max(0, (cost - bound) / cost),
  }
}

function groupsOf(
  { problem, groups, weeks }: StatedWeeks,
  products: readonly NamedProduct[],
  { plan, asWanted }: FoundWeeks,
): ResourceGroup[] {
  const hoursOf = (work: CapacityPlan['work'], group: number, week: number) => {
    const hours = new Map<number, number>()
    for (const one of work) {
      if (one.group !== group || one.week !== week) continue
      const step = problem.items[one.item]?.steps[one.step]
      const alternative = step?.alternatives.find(({ groupId }) => groupId === problem.groups[group]?.id)
      const own = one.pieces * (alternative?.hoursPerPiece ?? 0) + one.setups * (step?.setupHours ?? 0)
      hours.set(one.item, (hours.get(one.item) ?? 0) + own)
    }
    return hours
  }
  return groups.map((group, g) => ({
    ...group,
    weeks: weeks.map((weekOn, week): WeekLoad => {
      const wanted = hoursOf(asWanted.work, g, week)
      const planned = hoursOf(plan.work, g, week)
      const shares = products.flatMap(({ id }, item) =>
        wanted.has(item) || planned.has(item)
          ? [{ productId: id as ProductId, wantedHours: wanted.get(item) ?? 0, plannedHours: planned.get(item) ?? 0 }]
          : [],
      )
      return {
        ...{ weekOn, hours: problem.groups[g]?.hours[week] ?? 0 },
        wantedHours: asWanted.loadHours[g]?.[week] ?? 0,
        plannedHours: plan.loadHours[g]?.[week] ?? 0,
        overtimeHours: plan.overtimeHours[g]?.[week] ?? 0,
        isBottleneck: (plan.hourPrice[g]?.[week] ?? 0) > 0,
        shares: shares.toSorted((a, b) => b.wantedHours - a.wantedHours || b.plannedHours - a.plannedHours),
      }
    }),
  }))
}

/** Whole pieces of what was computed in fractions: the sum up to each week is never off by a piece. */
function wholePieces(quantities: readonly number[]): number[] {
  let exact = 0
  let given = 0
  return quantities.map((quantity) => {
    exact += quantity
    const pieces = Math.round(exact) - given
    given += pieces
    return pieces
  })
}

function lotsOf(
  { problem, groups, weeks }: StatedWeeks,
  demands: ReadonlyMap<string, WeeklyDemand>,
  products: readonly NamedProduct[],
  { plan, shortages }: FoundWeeks,
): WeeklyLot[] {
  return products.flatMap(({ id, name }, item) => {
    const demand = demands.get(id)
    const quantities = wholePieces(plan.make[item] ?? [])
    let made = problem.items[item]?.openingStock ?? 0
    let wanted = 0
    return weeks.flatMap((weekOn, week): WeeklyLot[] => {
      const quantity = quantities[week] ?? 0
      const wantedQuantity = demand?.wanted[week] ?? 0
      made += quantity
      wanted += wantedQuantity
      const owedQuantity = Math.max(0, wanted - made)
      if (quantity === 0 && wantedQuantity === 0 && owedQuantity === 0) return []
      const short = shortages.find((one) => one.item === item && one.week === week)
      const place = short?.group === undefined ? undefined : groups[short.group]
      const full = weeks[short?.groupWeek ?? -1]
      return [
        {
          ...{ productId: id as ProductId, productName: name, weekOn, quantity, wantedQuantity, owedQuantity },
          orderedQuantity: Math.min(quantity, demand?.ordered[week] ?? 0),
          stockQuantity: Math.max(0, made - wanted),
          because:
            owedQuantity === 0
              ? null
              : place && full
                ? `waits for ${place.name}, full in week ${weekNumber(full)}`
                : 'waits for its lot to be worth setting up',
        },
      ]
    })
  })
}

/** Where it is full, and what makes it fit; or how much room there is. */
function sentencesOf(groups: readonly ResourceGroup[], lots: readonly WeeklyLot[]): string[] {
  const over = ({ hours, wantedHours }: WeekLoad) => Math.max(0, wantedHours - hours)
  const full = groups
    .map((group) => ({ group, weeks: group.weeks.filter((week) => over(week) > TRACE_HOURS) }))
    .filter(({ weeks }) => weeks.length > 0)
    .toSorted((a, b) => sum(b.weeks.map(over)) - sum(a.weeks.map(over)))
  if (full.length === 0) return [roomSentence(groups)]
  const owed = lots.filter(({ owedQuantity }) => owedQuantity > 0)
  return [
    ...full.slice(0, SENTENCES_MAX).map(({ group, weeks }) => fullSentence(group, weeks, lots)),
    ...(full.length > SENTENCES_MAX
      ? [`${full.length - SENTENCES_MAX} more of the machines and people are full in some week.`]
      : []),
    ...(owed.length > 0 ? [owedSentence(owed)] : []),
  ]
}

function roomSentence(groups: readonly ResourceGroup[]): string {
  const all = groups.flatMap(({ name, weeks }) =>
    weeks
      .filter(({ hours }) => hours > 0)
      .map(({ weekOn, hours, wantedHours }) => ({ name, weekOn, load: wantedHours / hours })),
  )
  const [fullest] = all.toSorted((a, b) => b.load - a.load)
  if (!fullest || fullest.load === 0) return 'Nothing is wanted in these weeks: there are no orders and no forecasts.'
  return `Everything fits in the week in which it is wanted. The fullest is ${fullest.name} in week ${weekNumber(fullest.weekOn)}, at ${Math.round(fullest.load * 100)}\u00a0%.`
}

function fullSentence(
  { name, kind, weeks: all }: ResourceGroup,
  weeks: readonly WeekLoad[],
  lots: readonly WeeklyLot[],
): string {
  const over = Math.round(sum(weeks.map(({ hours, wantedHours }) => wantedHours - hours)))
  const overtime = Math.round(sum(all.map((week) => week.overtimeHours)))
  const fixes = [
    ...(overtime > 0 ? [`${overtime} ${overtime === 1 ? 'hour' : 'hours'} of overtime`] : []),
    ...movesFor(weeks, lots).map(
      ({ pieces, product, weekOn }) => `making ${pieces} ${product} in week ${weekNumber(weekOn)} already`,
    ),
  ]
  const help = fixes.length === 0 ? 'No overtime and no earlier week makes it fit.' : `The plan takes ${listed(fixes)}.`
  return `${name} ${kind === 'people' ? 'are' : 'is'} full in ${weekList(weeks.map(({ weekOn }) => weekOn))}: ${over} ${over === 1 ? 'hour' : 'hours'} too many. ${help}`
}

/** What is made for full weeks in the last week before them, the largest first. */
function movesFor(weeks: readonly WeekLoad[], lots: readonly WeeklyLot[]) {
  const moves = weeks.flatMap(({ weekOn, shares }) =>
    shares.flatMap(({ productId, wantedHours }) => {
      const own = lots.filter((lot) => lot.productId === productId)
      const there = own.find((lot) => lot.weekOn === weekOn)
      const before = own.filter((lot) => lot.weekOn < weekOn && lot.quantity > lot.wantedQuantity).at(-1)
      if (!there || !before || wantedHours === 0) return []
      const pieces = Math.min(before.stockQuantity, there.wantedQuantity - there.quantity)
      return pieces > 0 ? [{ pieces, product: there.productName, weekOn: before.weekOn }] : []
    }),
  )
  return moves.toSorted((a, b) => b.pieces - a.pieces).slice(0, MOVES_TOLD)
}

function owedSentence(owed: readonly WeeklyLot[]): string {
  const names = [...new Set(owed.map(({ productName }) => productName))]
  const most = owed.toSorted((a, b) => b.owedQuantity - a.owedQuantity)[0]
  const which = names.length === 1 ? names[0] : `${names[0]} and ${names.length - 1} more`
  return `${which} will be late: at most ${most?.owedQuantity} pieces of ${most?.productName}, in week ${weekNumber(most?.weekOn ?? '')}. It ${most?.because}.`
}

/** “week 50”, “weeks 50 and 51”, “weeks 48 to 51”. */
function weekList(weeks: readonly string[]): string {
  const numbers = weeks.map(weekNumber)
  const [first = 0] = numbers
  if (numbers.length === 1) return `week ${first}`
  const runs = numbers.every((number, at) => at === 0 || number === (numbers[at - 1] ?? 0) + 1 || number === 1)
  if (runs && numbers.length > 2) return `weeks ${first} to ${numbers.at(-1)}`
  return `weeks ${listed(numbers.map(String))}`
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
