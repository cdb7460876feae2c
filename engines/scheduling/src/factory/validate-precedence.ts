import type { Precedence } from './problem.ts'
import type { Checked, Placed } from './validate.ts'
import { runningGroup } from './validate-times.ts'

/** What an operation has to wait for: what is before it, with waiting, transport and transfer batches. */
export function checkPrecedences(checked: Checked): void {
  const ways = new Map<string, number>()
  for (const { fromArea, toArea, durationS } of checked.problem.transports)
    ways.set(JSON.stringify([fromArea, toArea]), durationS)
  for (const one of checked.placed.values())
    if (!one.history)
      for (const precedence of one.operation.after ?? []) {
        const before = checked.placed.get(precedence.operationId)
        if (!before) {
          checked.report(
            'precedence',
            one.operation.id,
            `has a place, but ${precedence.operationId} before it has none`,
          )
          continue
        }
        const way =
          before.resource.id === one.resource.id
            ? 0
            : (ways.get(JSON.stringify([before.resource.area ?? '', one.resource.area ?? ''])) ?? 0)
        checkPrecedence(checked, before, one, precedence, way)
      }
}

function checkPrecedence(checked: Checked, before: Placed, one: Placed, precedence: Precedence, wayS: number): void {
  const { report, times } = checked
  const arrivesS = before.placement.endS + (precedence.waitS ?? 0) + wayS
  const { transferQuantity } = precedence
  if (transferQuantity === undefined || before.resource.kind === 'batch') {
    if (one.placement.startS < arrivesS)
      report(
        'precedence',
        one.operation.id,
        `starts before what ${precedence.operationId} makes arrives at ${arrivesS}`,
      )
  } else {
    const share = transferQuantity / before.order.quantity
    const leftS = one.placement.startS - (precedence.waitS ?? 0) - wayS
    const madeS = times.work(
      before.resource.id,
      runningGroup(before),
      before.placement.startS,
      Math.min(leftS, before.placement.endS),
    )
    if (madeS < before.durationS * share)
      report('precedence', one.operation.id, `starts before the first transfer batch of ${precedence.operationId}`)
  }
  if (transferQuantity !== undefined) {
    const share = transferQuantity / before.order.quantity
    if (one.placement.endS < arrivesS + one.durationS * share)
      report(
        'precedence',
        one.operation.id,
        `ends before it can have worked on all that ${precedence.operationId} makes`,
      )
  }
}
