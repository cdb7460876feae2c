import { type Instant, instant, newId } from '@millrace/base'
import { listSetPoints } from '@millrace/control'
import { type EquipmentId, getSite } from '@millrace/plant'
import type { Context } from '@millrace/runtime'
import { latestValues, listSignals } from '@millrace/telemetry'
import type { CasePlace } from './case-actions.ts'
import { announce } from './decisions.ts'
import * as store from './finding-store.ts'
import type { CaseEvent } from './machine-watch.ts'
import { measureTimeByHand } from './outcome.ts'
import { draftOf } from './wording.ts'

const DETECTOR = 'machine-watch'
const DETECTOR_VERSION = 1

/** The machine a case is about. */
export interface CaseMachine {
  readonly workUnitId: EquipmentId
  readonly siteId: EquipmentId
}

async function endCase(ctx: Context, open: store.StoredFinding, goneAt: Instant): Promise<void> {
  if (open.state === 'open') {
    const closed: store.StoredFinding = { ...open, state: 'closed', lastSeenAt: goneAt }
    await store.updateFinding(ctx.db, closed)
    await announce(ctx, closed)
  } else if (open.commandId === null && open.measureAt === null) {
    // A person was asked to do something, and it is over: what it did can be measured.
    await store.updateFinding(ctx.db, { ...open, lastSeenAt: goneAt, measureAt: measureTimeByHand(goneAt) })
  }
}

/** Where machines stand and what can be written to them, while that does not change. */
export type PlaceCache = Map<EquipmentId, CasePlace>

/** Writes down what a watch said: a new finding, what is new about one, or that it went away. */
export async function recordCase(
  ctx: Context,
  machine: CaseMachine,
  event: CaseEvent,
  places?: PlaceCache,
): Promise<void> {
  const open = await store.findOpenCase(ctx.db, machine.workUnitId, event.cause)
  if (event.type === 'end') {
    if (open) await endCase(ctx, open, instant(event.atMs))
    return
  }
  // A refresh of a case that was dismissed, or whose outcome is known: nothing to say until it comes anew.
  if (!open && event.type === 'refresh') return
  const draft = draftOf(event, await placeOf(ctx, machine, places))
  const seenAt = instant(event.atMs)
  if (!open) {
    const finding: store.StoredFinding = {
      id: newId(event.atMs),
      ...machine,
      cause: event.cause,
      ...draft,
      state: 'open',
      sinceAt: instant(event.sinceMs),
      foundAt: seenAt,
      lastSeenAt: seenAt,
      detector: DETECTOR,
      detectorVersion: DETECTOR_VERSION,
      decision: null,
      commandId: null,
      measureAt: null,
      outcome: null,
    }
    await store.insertFinding(ctx.db, finding)
    ctx.audit({ action: 'insight.finding.raise', object: `finding ${finding.id}`, detail: { title: finding.title } })
    await announce(ctx, finding)
    return
  }
  // What was decided on stays as it was decided on.
  const renewed = open.state === 'open' ? { ...open, ...draft } : open
  await store.updateFinding(ctx.db, { ...renewed, lastSeenAt: seenAt })
  if (open.state === 'open') await announce(ctx, renewed)
}

async function placeOf(ctx: Context, machine: CaseMachine, places?: PlaceCache): Promise<CasePlace> {
  const known = places?.get(machine.workUnitId)
  if (known) return known
  const place = await readPlace(ctx, machine)
  places?.set(machine.workUnitId, place)
  return place
}

async function readPlace(ctx: Context, { workUnitId, siteId }: CaseMachine): Promise<CasePlace> {
  const { site } = await getSite(ctx, siteId)
  const setPoints = await listSetPoints(ctx, workUnitId)
  const signals = new Map((await listSignals(ctx, { workUnitId })).map((signal) => [signal.series, signal]))
  const latest = latestValues(
    ctx,
    setPoints.map(({ series }) => series),
  )
  return {
    currency: site.currency,
    setPoints: setPoints.map((setPoint) => {
      const value = latest.get(setPoint.series)?.value
      return {
        setPoint,
        measurand: signals.get(setPoint.series)?.measurand ?? 'other',
        present: typeof value === 'number' ? value : undefined,
      }
    }),
  }
}
