interface Needing {
  readonly needs: readonly number[]
}

/** A choice with one more move, and all that have to be made before it. */
export function withNeeded(chosen: ReadonlySet<number>, place: number, moves: readonly Needing[]): Set<number> {
  const all = new Set(chosen).add(place)
  for (const one of all) for (const needed of moves[one]?.needs ?? []) all.add(needed)
  return all
}

/** A choice without a move, and without all that need it. */
export function withoutDependent(chosen: ReadonlySet<number>, place: number, moves: readonly Needing[]): Set<number> {
  const gone = new Set([place])
  for (const [one, { needs }] of moves.entries()) if (needs.some((needed) => gone.has(needed))) gone.add(one)
  return new Set([...chosen].filter((one) => !gone.has(one)))
}
