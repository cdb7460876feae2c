import type { SetupMatrix } from './problem.ts'
import type { Checked, Placed } from './validate.ts'

/** One after the other on each lane, with the set-up between them; on batch machines, whole batches. */
export function checkLanes(checked: Checked): void {
  const lanes = new Map<string, Placed[]>()
  for (const one of checked.placed.values()) {
    const key = JSON.stringify([one.resource.id, one.placement.lane])
    const list = lanes.get(key)
    if (list) list.push(one)
    else lanes.set(key, [one])
  }
  const matrices = new Map(checked.problem.setupMatrices.map((one) => [one.id, one]))
  for (const list of lanes.values()) {
    list.sort((a, b) => a.placement.startS - b.placement.startS)
    let batch: Placed[] = []
    let before: Placed | undefined
    for (const one of list) {
      const first = batch[0]
      if (first && one.resource.kind === 'batch' && first.placement.startS === one.placement.startS) {
        batch.push(one)
        checkBatch(checked, batch)
        continue
      }
      before = first
      batch = [one]
      checkFollows(checked, before, one, matrices.get(one.resource.setupMatrixId ?? ''))
    }
  }
}

function checkBatch({ report }: Checked, batch: readonly Placed[]): void {
  const [first] = batch
  const last = batch.at(-1)
  if (!first || !last) return
  const { id } = last.operation
  const load = batch.reduce((sum, one) => sum + (one.operation.load ?? 1), 0)
  if (load > (first.resource.batchLoad ?? 0)) report('batch', id, `brings its batch to a load of ${load}`)
  if ((first.operation.family ?? '') !== (last.operation.family ?? '')) report('batch', id, 'is of another family')
  if (first.placement.endS !== last.placement.endS) report('batch', id, 'ends at another time than its batch')
  if (JSON.stringify(first.operation.operators) !== JSON.stringify(last.operation.operators))
    report('batch', id, 'needs other operators than its batch')
}

function checkFollows(
  checked: Checked,
  before: Placed | undefined,
  one: Placed,
  matrix: SetupMatrix | undefined,
): void {
  const { report, times, problem } = checked
  const { setupStartS, startS } = one.placement
  if (before && before.placement.endS > (one.history ? startS : setupStartS))
    report('overlap', one.operation.id, `begins before ${before.operation.id} is off the machine`)
  if (one.history) return
  const from = before ? (before.operation.family ?? '') : one.resource.initialFamily
  const needed = setupTime(matrix, from, one.operation.family ?? '')
  const group = one.operation.operators ? one.placement.operatorGroupId : undefined
  const had = times.work(one.resource.id, group, setupStartS, startS)
  if (had < needed) report('setup', one.operation.id, `has ${had} s for a set-up of ${needed} s`)
  if (startS < problem.nowS) report('too-early', one.operation.id, 'starts before now')
}

function setupTime(matrix: SetupMatrix | undefined, from: string | undefined, to: string): number {
  if (!matrix || from === to) return 0
  if (from === undefined) return matrix.initialS
  return matrix.changes.find((one) => one.from === from && one.to === to)?.setupS ?? matrix.otherwiseS
}
