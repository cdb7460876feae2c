import type { EnergyLoad } from './energy-load.ts'
import type { CompiledEnergyPlan } from './energy-plan.ts'

/** Operations that are moved together, and what that saves once the moves before it in the list are made. */
export type EnergyMove = {
  operations: { operation: number; from: number; to: number }[]
  /** In the currency; below 0 where a move costs money and is there for the cap. */
  saved: number
}

/** Moves of more operations are looked at only when no smaller one saves anything. */
const SIZE_FIRST = 8
/** So many moves are told apart; what is left then is one more. */
const LISTED_MAX = 100

/**
 * Divides the way from one plan to another into moves, each possible once those before it are made: again and again the few operations
 * that save most together, with those that must make way for them.
 *
 * @param load of the plan before; afterwards of the plan with the moves made.
 * @returns the operations of each move; what would save nothing is left where it is.
 */
export function bestMoves(
  compiled: CompiledEnergyPlan,
  load: EnergyLoad,
  to: Int32Array,
  movesMax: number,
): number[][] {
  const open = new Set(Array.from(to.keys()).filter((i) => load.starts[i] !== to[i]))
  const made: number[][] = []
  while (open.size > 0 && made.length < movesMax) {
    const rest = made.length >= LISTED_MAX
    const move = rest ? [...open] : bestMove(open, compiled, load, to)
    if (!move || (rest && loweredBy(move, load, to) <= 0)) break
    shift(move, load, to)
    for (const i of move) open.delete(i)
    made.push(move)
  }
  return made
}

function bestMove(
  open: ReadonlySet<number>,
  compiled: CompiledEnergyPlan,
  load: EnergyLoad,
  to: Int32Array,
): number[] | undefined {
  const moves = [...open].map((i) => withThoseInItsWay(i, open, compiled, load, to)).sort((a, b) => a.length - b.length)
  let best: { move: number[]; lowered: number } | undefined
  let size = SIZE_FIRST
  for (const move of [...moves, [...open]]) {
    if (move.length > size) {
      if (best) break
      size = Math.max(2 * size, move.length)
    }
    const lowered = loweredBy(move, load, to)
    if (lowered > (best?.lowered ?? 0)) best = { move, lowered }
  }
  return best?.move
}

/** An operation, and all that would overlap it, or each other, at their old places. */
function withThoseInItsWay(
  first: number,
  open: ReadonlySet<number>,
  { before, after }: CompiledEnergyPlan,
  { starts }: EnergyLoad,
  to: Int32Array,
): number[] {
  const move = new Set([first])
  for (const i of move) {
    const start = to[i] ?? 0
    for (const { operation: follower, minutes } of after[i] ?? [])
      if (open.has(follower) && (starts[follower] ?? 0) < start + minutes) move.add(follower)
    for (const { operation: ahead, minutes } of before[i] ?? [])
      if (open.has(ahead) && (starts[ahead] ?? 0) + minutes > start) move.add(ahead)
  }
  return [...move]
}

function loweredBy(move: readonly number[], load: EnergyLoad, to: Int32Array): number {
  const cost = load.cost
  const back = shift(move, load, to)
  const lowered = cost - load.cost
  load.move(Int32Array.from(move), back, move.length)
  return lowered
}

/** @returns where they were. */
function shift(move: readonly number[], load: EnergyLoad, to: Int32Array): Int32Array {
  const from = Int32Array.from(move, (i) => load.starts[i] ?? 0)
  load.move(
    Int32Array.from(move),
    Int32Array.from(move, (i) => to[i] ?? 0),
    move.length,
  )
  return from
}
