import { epochMs, type Instant, instant, later, MINUTE_MS, SECOND_MS } from '@millrace/base'
import { getCommand } from '@millrace/control'
import type { CommandId, CommandState } from '@millrace/control/contract'
import type { Context } from '@millrace/runtime'
import { listSignals, readSamples, readStates } from '@millrace/telemetry'
import type { StateInterval } from '@millrace/telemetry/contract'
import type { Outcome } from './contract.ts'
import { announce, measureTime } from './decisions.ts'
import * as store from './finding-store.ts'
import { meanWhileRunning, measuredSignal, showsFrom, verdictOf } from './outcome-rules.ts'

const BEFORE_MS = 5 * MINUTE_MS
/** The machine needs a moment until a new value shows; one that must stand for it begins to within a minute. */
const SETTLE_MS = 15 * SECOND_MS
const STOP_SOON_MS = MINUTE_MS
const AFTER_MAX_MS = 10 * MINUTE_MS
const AGAIN_MS = 15 * SECOND_MS
/** A machine that does not run for so long after the write gives no outcome. */
const GIVE_UP_MS = 4 * 60 * MINUTE_MS
/** What a person does takes its time: the machine is set up, then it shows. */
const BEFORE_HAND_MS = 30 * MINUTE_MS
const AFTER_HAND_MS = 2 * 60 * MINUTE_MS
const MEASURED_AT_ONCE = 20
const SAMPLES_MAX = 5000
/** Before, a history of one sample a minute may be all there is; after, the first few say little. */
const BEFORE_SAMPLES_MIN = 4
const AFTER_SAMPLES_MIN = 15

interface Span {
  readonly fromMs: number
  readonly toMs: number
}

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
    ctx.audit({
      action: 'insight.finding.reopen',
      object: `finding ${finding.id}`,
      detail: { title: finding.title, commandId, state },
    })
    await announce(ctx, reopened)
  }
}

/** When the outcome of what a person did can be measured: the case went away at `goneAt`. */
export function measureTimeByHand(goneAt: Instant): Instant {
  return later(goneAt, AFTER_MAX_MS)
}

/** Measures what accepted recommendations did, as far as their time has come. */
export async function measureOutcomes(ctx: Context): Promise<void> {
  for (const finding of await store.listToMeasure(ctx.db, ctx.now, MEASURED_AT_ONCE)) await measure(ctx, finding)
}

async function measure(ctx: Context, finding: store.StoredFinding): Promise<void> {
  const { commandId } = finding
  const command = commandId && (await getCommand(ctx, commandId))
  const readBackAt = command ? command.steps.find((step) => step.state === 'read-back')?.at : undefined
  const doneMs = epochMs(readBackAt ?? finding.lastSeenAt)
  const outcome =
    command && readBackAt
      ? await measureCommand(ctx, finding, epochMs(command.requestedAt), doneMs)
      : await measureByHand(ctx, finding)
  if (outcome) return resolve(ctx, finding, outcome)
  const late = ctx.nowMs - doneMs > GIVE_UP_MS
  await store.updateFinding(ctx.db, { ...finding, measureAt: late ? null : later(ctx.now, AGAIN_MS) })
}

async function measureCommand(
  ctx: Context,
  finding: store.StoredFinding,
  requestedMs: number,
  readBackMs: number,
): Promise<Outcome | undefined> {
  const states = await statesOf(ctx, finding, { fromMs: readBackMs, toMs: ctx.nowMs })
  const shownMs = showsFrom(readBackMs, states, STOP_SOON_MS)
  if (shownMs === undefined) return undefined
  const fromMs = shownMs + SETTLE_MS
  const after = { fromMs, toMs: Math.min(ctx.nowMs, fromMs + AFTER_MAX_MS) }
  if (after.toMs - after.fromMs < SETTLE_MS) return undefined
  return measureBetween(ctx, finding, { fromMs: requestedMs - BEFORE_MS, toMs: requestedMs }, after)
}

/**
 * What a person did, from half an hour before the decision and two hours after the case went away, as far as they are over.
 *
 * @returns undefined when nothing of it can be measured.
 */
export async function measureByHand(ctx: Context, finding: store.StoredFinding): Promise<Outcome | undefined> {
  const { decision, lastSeenAt } = finding
  if (!decision) return undefined
  const [decidedMs, goneMs] = [epochMs(decision.at), epochMs(lastSeenAt)]
  const after = { fromMs: goneMs, toMs: Math.min(ctx.nowMs, goneMs + AFTER_HAND_MS) }
  return measureBetween(ctx, finding, { fromMs: decidedMs - BEFORE_HAND_MS, toMs: decidedMs }, after)
}

async function measureBetween(
  ctx: Context,
  finding: store.StoredFinding,
  before: Span,
  after: Span,
): Promise<Outcome | undefined> {
  const evidence = measuredSignal(finding.evidence)
  if (!evidence || after.toMs <= after.fromMs) return undefined
  const mean = async (span: Span, least: number) => {
    const samples = await readSamples(ctx, evidence.series, span.fromMs, span.toMs, SAMPLES_MAX)
    return meanWhileRunning(samples, await statesOf(ctx, finding, span), least)
  }
  const [was, is] = [await mean(before, BEFORE_SAMPLES_MIN), await mean(after, AFTER_SAMPLES_MIN)]
  if (was === undefined || is === undefined) return undefined
  const { series, title, unit, usual } = evidence
  const measuredAt = instant(after.toMs)
  return { series, title, unit, before: was, after: is, measuredAt, verdict: verdictOf(was, is, usual) }
}

async function statesOf(ctx: Context, { workUnitId }: store.StoredFinding, span: Span): Promise<StateInterval[]> {
  const state = (await listSignals(ctx, { workUnitId })).find(({ measurand }) => measurand === 'state')
  if (!state || span.toMs <= span.fromMs) return []
  const [history] = await readStates(ctx, [state.series], span.fromMs, span.toMs)
  return history?.intervals ?? []
}

async function resolve(ctx: Context, finding: store.StoredFinding, outcome: Outcome): Promise<void> {
  const measured: store.StoredFinding = { ...finding, state: 'resolved', measureAt: null, outcome }
  await store.updateFinding(ctx.db, measured)
  const { before, after, verdict } = outcome
  ctx.audit({
    action: 'insight.finding.measure',
    object: `finding ${finding.id}`,
    detail: { title: finding.title, before, after, verdict },
  })
  await announce(ctx, measured)
}
