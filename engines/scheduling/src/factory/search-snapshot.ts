import type { Board } from './board.ts'
import { at } from './ints.ts'
import { put, takeAway } from './place.ts'

/** Where everything was at one moment of a search. */
export type BoardSnapshot = Pick<
  Board,
  'lane' | 'alt' | 'group' | 'start' | 'end' | 'reasonKind' | 'reasonRef' | 'closed'
>

export function snapshotOf(board: Board): BoardSnapshot {
  return {
    lane: board.lane.slice(),
    alt: board.alt.slice(),
    group: board.group.slice(),
    start: board.start.slice(),
    end: board.end.slice(),
    reasonKind: board.reasonKind.slice(),
    reasonRef: board.reasonRef.slice(),
    closed: board.closed.slice(),
  }
}

/** Puts everything back to where it was. */
export function restore(board: Board, was: BoardSnapshot): void {
  const moved: number[] = []
  for (let op = 0; op < board.lane.length; op += 1)
    if (
      at(board.lane, op) !== at(was.lane, op) ||
      at(board.start, op) !== at(was.start, op) ||
      at(board.group, op) !== at(was.group, op)
    )
      moved.push(op)
  for (const op of moved) if (at(board.lane, op) >= 0) takeAway(board, op)
  for (const op of moved)
    if (at(was.lane, op) >= 0)
      put(board, op, {
        alt: at(was.alt, op),
        lane: at(was.lane, op),
        group: at(was.group, op),
        start: at(was.start, op),
        end: at(was.end, op),
        reasonKind: at(was.reasonKind, op),
        reasonRef: at(was.reasonRef, op),
        closed: at(was.closed, op),
      })
}
