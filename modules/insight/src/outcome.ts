import { epochMs, type Instant, later, MINUTE_MS, SECOND_MS } from '@millrace/base'
import { getCommand } from '@millrace/control'
import type { CommandId, CommandState } from '@millrace/control/contract'
import type { Context } from '@millrace/runtime'
import { listSignals, readSamples, readStates } from '@millrace/telemetry'
import { announce, measureTime } from './decisions.ts'
import * as store from './finding-store.ts'
import { meanWhileRunning, measuredSignal, verdictOf } from './outcome-rules.ts'

const BEFORE_MS = 5 * MINUTE_MS
/** The machine needs a moment until a new value shows. */
const SETTLE_MS = 15 * SECOND_MS
const AGAIN_MS = 20 * SECOND_MS
/** A machine that does not run for so long after the write gives no outcome. */
const GIVE_UP_MS = 60 * MINUTE_MS
const MEASURED_AT_ONCE = 20
const SAMPLES_MAX = 5000

/** What a finding makes of how its command went on. */
export async function followCommand(ctx: Context, commandId: CommandId, state: CommandState): Promise<void> {
  const finding = await store.findByCommand(ctx.db, commandId)
  if (finding?.state !== 'accepted') return
  if (state === 'read-back') {
    await store.updateFinding(ctx.db, { ...finding, measureAt: measureTime(ctx.now) })
  } else if (state === 'refused' || state === 'failed' || state === 'expired') {
    // Nothing happened at the machine: the finding wants a decision again.
    const reopened: store.StoredFinding = { ...finding, state: 'open', decision: null }
    await store.updateFinding(ctx.db, reopened)
    await announce(ctx, reopened)
  }
}

/** Measures what accepted recommendations did, as far as their time has come. */
export async function measureOutcomes(ctx: Context): Promise<void> {
  for (const finding of await store.listToMeasure(ctx.db, ctx.now, MEASURED_AT_ONCE)) await measure(ctx, finding)
}

async function measure(ctx: Context, finding: store.StoredFinding): Promise<void> {
  const { commandId, workUnitId } = finding
  const evidence = measuredSignal(finding.evidence)
  const command = commandId && (await getCommand(ctx, commandId))
  const readBackAt = command ? command.steps.find((step) => step.state === 'read-back')?.at : undefined
  if (!evidence || !command || !readBackAt) {
    await store.updateFinding(ctx.db, { ...finding, measureAt: null })
    return
  }
  const state = (await listSignals(ctx, { workUnitId })).find(({ measurand }) => measurand === 'state')
  const mean = async (fromAt: Instant, toAt: Instant) => {
    const [fromMs, toMs] = [epochMs(fromAt), epochMs(toAt)]
    const samples = await readSamples(ctx, evidence.series, fromMs, toMs, SAMPLES_MAX)
    const [history] = state ? await readStates(ctx, [state.series], fromMs, toMs) : []
    return meanWhileRunning(samples, history?.intervals ?? [])
  }
  const { requestedAt } = command
  const before = await mean(later(requestedAt, -BEFORE_MS), requestedAt)
  const after = await mean(later(readBackAt, SETTLE_MS), ctx.now)
  if (before === undefined || after === undefined) {
    const late = ctx.nowMs - epochMs(readBackAt) > GIVE_UP_MS
    await store.updateFinding(ctx.db, { ...finding, measureAt: late ? null : later(ctx.now, AGAIN_MS) })
    return
  }
  const { series, title, unit, usual } = evidence
  const verdict = verdictOf(before, after, usual)
  const measured: store.StoredFinding = {
    ...finding,
    state: 'resolved',
    measureAt: null,
    outcome: { series, title, unit, before, after, measuredAt: ctx.now, verdict },
  }
  await store.updateFinding(ctx.db, measured)
  ctx.audit({ action: 'insight.finding.measure', object: `finding ${finding.id}`, detail: { before, after, verdict } })
  await announce(ctx, measured)
}
