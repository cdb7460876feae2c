/** A network of arcs with capacities, cut once. */
export interface CutNetwork {
  /** @param capacity whole and at least 0, or Infinity. @param back capacity of the arc the other way. */
  addArc(from: number, to: number, capacity: number, back: number): void
  /** @returns for each node whether it is on the source's side of a minimum cut, the smallest such side. */
  cut(source: number, sink: number): Uint8Array
}

/** Dinic's algorithm: shortest ways by breadth, then flow along all of them. */
export function cutNetwork(nodes: number): CutNetwork {
  const heads = new Int32Array(nodes).fill(-1)
  const targets: number[] = []
  const nexts: number[] = []
  const rests: number[] = []

  function addHalf(from: number, to: number, capacity: number): void {
    targets.push(to)
    nexts.push(heads[from] ?? -1)
    rests.push(capacity)
    heads[from] = targets.length - 1
  }

  return {
    addArc(from, to, capacity, back) {
      addHalf(from, to, capacity)
      addHalf(to, from, back)
    },
    cut(source, sink) {
      const network = {
        heads,
        targets: Int32Array.from(targets),
        nexts: Int32Array.from(nexts),
        rests: Float64Array.from(rests),
      }
      const levels = new Int32Array(nodes)
      while (findLevels(network, levels, source, sink)) fillWays(network, levels, source, sink)
      return Uint8Array.from(levels, (level) => Number(level >= 0))
    },
  }
}

type Network = { heads: Int32Array; targets: Int32Array; nexts: Int32Array; rests: Float64Array }

/** Steps from the source to each node along arcs with something left; −1 where none lead. @returns whether the sink is reached. */
function findLevels(
  { heads, targets, nexts, rests }: Network,
  levels: Int32Array,
  source: number,
  sink: number,
): boolean {
  levels.fill(-1)
  const queue = new Int32Array(levels.length)
  queue[0] = source
  levels[source] = 0
  for (let head = 0, tail = 1; head < tail; head++) {
    const node = queue[head] ?? 0
    for (let arc = heads[node] ?? -1; arc >= 0; arc = nexts[arc] ?? -1) {
      const target = targets[arc] ?? 0
      if ((rests[arc] ?? 0) <= 0 || (levels[target] ?? 0) >= 0) continue
      levels[target] = (levels[node] ?? 0) + 1
      queue[tail++] = target
    }
  }
  return (levels[sink] ?? -1) >= 0
}

/** Sends as much as possible along the ways on which each step is one level up. */
function fillWays({ heads, targets, nexts, rests }: Network, levels: Int32Array, source: number, sink: number): void {
  const current = heads.slice()
  const way: number[] = []
  let node = source
  for (;;) {
    if (node === sink) {
      let amount = Number.POSITIVE_INFINITY
      for (const arc of way) amount = Math.min(amount, rests[arc] ?? 0)
      let full = way.length
      for (let k = way.length - 1; k >= 0; k--) {
        const arc = way[k] ?? 0
        rests[arc] = (rests[arc] ?? 0) - amount
        rests[arc ^ 1] = (rests[arc ^ 1] ?? 0) + amount
        if ((rests[arc] ?? 0) <= 0) full = k
      }
      // On from where the first arc is full now.
      node = targets[(way[full] ?? 0) ^ 1] ?? source
      way.length = full
      continue
    }
    let arc = current[node] ?? -1
    while (arc >= 0 && ((rests[arc] ?? 0) <= 0 || (levels[targets[arc] ?? 0] ?? 0) !== (levels[node] ?? 0) + 1))
      arc = nexts[arc] ?? -1
    current[node] = arc
    if (arc >= 0) {
      way.push(arc)
      node = targets[arc] ?? 0
      continue
    }
    const last = way.pop()
    if (last === undefined) return
    // A dead end: nobody comes here again in this round.
    levels[node] = -1
    node = targets[last ^ 1] ?? source
  }
}
