import { DAY_MS, epochMs, newId, now } from '@millrace/base'
import { findDemoEnterprise, removeEnterprise, welcome } from '@millrace/identity'
import { endPast, forgetEnterprise, observePast, type SampleColumn } from '@millrace/insight'
import {
  announceLocalGateways,
  type EquipmentId,
  listConnections,
  listEquipment,
  updateConnectionEndpoint,
} from '@millrace/plant'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { removeHistory, type HistoryColumn as TelemetryColumn, writeHistory } from '@millrace/telemetry'
import { type DemoCompany, demoAbsent, demoBusy, simulatorUnavailable } from './contract.ts'
import { type HistoryColumn, historyParts } from './history.ts'
import { installMasterData, type SignalIndex, signalKey } from './install.ts'
import { forecastPlants, installOrders, planPlants } from './install-orders.ts'
import { decidePast } from './past-decisions.ts'
import * as store from './store.ts'
import { tryOut } from './try-out.ts'
import { anchorOf, connections, HISTORY_MS, HISTORY_STEP_MS, sites } from './world.ts'

const HISTORY_DAYS = HISTORY_MS / DAY_MS
const SAMPLING = { intervalMs: HISTORY_STEP_MS, historyMs: HISTORY_MS }
const ABSENT: DemoCompany = { state: 'absent', progressRatio: null, step: null }
const PRESENT: DemoCompany = { state: 'present', progressRatio: null, step: null }

/** What the demo needs beside the server: a simulator around the world's present, or none. */
export type SimulatorWish = { readonly anchorMs: number } | undefined

/** Keeps the one demo company of an installation: brings it, removes it, and ties it to its simulator. */
export class DemoKeeper {
  #company: DemoCompany = ABSENT
  #enterpriseId: string | undefined
  #anchorMs = 0
  #hasMachines = false
  #endpoints: Readonly<Record<string, string>> = {}
  #inhabited: Promise<void> | undefined
  #work: { done: Promise<void>; stop: AbortController } | undefined
  #onWish: (wish: SimulatorWish) => void = () => undefined

  get company(): DemoCompany {
    return this.#company
  }

  get enterpriseId(): string | undefined {
    return this.#enterpriseId
  }

  /** Whether its machines are listed, so that a simulator and gateways have something to do. Its past may still be coming. */
  get hasMachines(): boolean {
    return this.#hasMachines
  }

  /** Tells from now on which simulator is wanted, at once and whenever it changes. */
  onWish(listener: (wish: SimulatorWish) => void): void {
    this.#onWish = listener
    listener(this.#wish())
  }

  #wish(): SimulatorWish {
    return this.#hasMachines ? { anchorMs: this.#anchorMs } : undefined
  }

  /** Finds what is there. A company whose making was interrupted is removed. */
  async load(runtime: Runtime): Promise<void> {
    const enterpriseId = await findDemoEnterprise(runtime)
    if (!enterpriseId) return
    const world = await inContext(runtime, systemActor(enterpriseId, 'demo'), (ctx) => store.findWorld(ctx.db))
    this.#enterpriseId = enterpriseId
    if (world?.completeAt) {
      this.#anchorMs = epochMs(world.anchorAt)
      this.#hasMachines = true
      this.#set(runtime, PRESENT)
    } else {
      await this.#clear(runtime, enterpriseId)
    }
  }

  /** Whether a first start should bring the demo by itself: nothing is here, and nobody sent it away. */
  async mayComeByItself(runtime: Runtime): Promise<boolean> {
    const { setUp } = await welcome(runtime)
    return !setUp && this.#company.state === 'absent' && !(await store.wasRemoved(runtime.app.kysely))
  }

  /**
   * Starts bringing the demo company; watch the topic `demo.company` for how far it is.
   *
   * @throws demoBusy it is being brought or removed, or is there
   */
  async install(runtime: Runtime): Promise<DemoCompany> {
    if (this.#work || this.#company.state !== 'absent') throw demoBusy('The demo company is here or on its way.')
    await store.saveRemoval(runtime.app.kysely, false)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#inhabited = promise
    this.#begin(runtime, (signal) =>
      this.#build(runtime, signal, resolve)
        .catch(async (error: unknown) => {
          // Half a company is none. When we are only being stopped, the next start clears it.
          if (!signal.aborted && this.#enterpriseId) await this.#clear(runtime, this.#enterpriseId)
          throw error
        })
        .finally(resolve),
    )
    return this.#company
  }

  /** Until the people of a company that is being brought can sign in, or it has failed to come. */
  async untilInhabited(): Promise<void> {
    await this.#inhabited
  }

  /**
   * Starts removing the demo company with all its data.
   *
   * @throws demoAbsent, demoBusy
   */
  async remove(runtime: Runtime): Promise<DemoCompany> {
    // Its plants may still be planned.
    if (this.#company.state === 'present') await this.stop()
    if (this.#work) throw demoBusy('The demo company is being brought or removed just now.')
    const enterpriseId = this.#enterpriseId
    if (!enterpriseId || this.#company.state !== 'present') throw demoAbsent('There is no demo company here.')
    await store.saveRemoval(runtime.app.kysely, true)
    this.#set(runtime, { state: 'removing', progressRatio: 0, step: 'Stopping its machines' })
    this.#begin(runtime, () => this.#clear(runtime, enterpriseId))
    return this.#company
  }

  /** The simulator listens: the gateways' connections are pointed at it. */
  async simulatorReady(runtime: Runtime, endpoints: Readonly<Record<string, string>>): Promise<void> {
    this.#endpoints = endpoints
    const enterpriseId = this.#enterpriseId
    if (!enterpriseId) return
    await inContext(runtime, systemActor(enterpriseId, 'demo'), async (ctx) => {
      const names = new Map((await listEquipment(ctx)).map((one) => [one.id, one.name]))
      for (const connection of await listConnections(ctx)) {
        const key = connectionKey(connection.name, names.get(connection.siteId))
        const endpoint = key && endpoints[key]
        if (endpoint && endpoint !== connection.endpoint) await updateConnectionEndpoint(ctx, connection.id, endpoint)
      }
    })
  }

  /** Where the simulator is steered. @throws demoAbsent, simulatorUnavailable */
  controlUrl(): string {
    if (!this.#hasMachines) throw demoAbsent('There is no demo company here.')
    const url = this.#endpoints.control
    if (!url) throw simulatorUnavailable('The simulator is starting. Try again in a moment.')
    return url
  }

  /** Ends what is under way; an unfinished company is cleared at the next start. */
  async stop(): Promise<void> {
    this.#work?.stop.abort()
    await this.#work?.done
  }

  #begin(runtime: Runtime, act: (signal: AbortSignal) => Promise<void>): void {
    const stop = new AbortController()
    const done = act(stop.signal)
      .catch((error: unknown) => {
        if (stop.signal.aborted) return
        runtime.log.error('The demo company could not be brought or removed.', {}, error)
        this.#set(runtime, ABSENT)
      })
      .finally(() => {
        this.#work = undefined
      })
    this.#work = { done, stop }
  }

  async #build(runtime: Runtime, signal: AbortSignal, inhabited: () => void): Promise<void> {
    const startMs = epochMs(now())
    const anchorMs = anchorOf(startMs)
    const enterpriseId = newId<'Enterprise'>(startMs)
    const actor = systemActor(enterpriseId, 'demo')
    this.#set(runtime, { state: 'installing', progressRatio: 0, step: 'Plants, machines and people' })
    this.#enterpriseId = enterpriseId
    this.#anchorMs = anchorMs
    const signals = await inContext(runtime, actor, (ctx) => installMasterData(ctx, anchorMs))
    inhabited()
    // The machines start while their past is being written: nobody waits for one after the other. Analysis does: what is
    // live is judged by what was learned from the past.
    await observePast(enterpriseId, new Map(), SAMPLING)
    this.#hasMachines = true
    this.#onWish(this.#wish())
    for await (const { progressRatio, columns } of historyParts(anchorMs, signal)) {
      const step = `History, day ${Math.ceil(progressRatio * HISTORY_DAYS)} of ${HISTORY_DAYS}`
      await live(runtime, enterpriseId, signals, columns)
      this.#set(runtime, { state: 'installing', progressRatio, step })
    }
    await endPast(enterpriseId)
    const machineId = (key: string) => [...signals].find(([of]) => of.startsWith(signalKey(key, '')))?.[1].workUnitId
    await inContext(runtime, actor, async (ctx) => {
      await decidePast(ctx, machineId)
      await installOrders(ctx, anchorMs)
      await store.saveWorldComplete(ctx.db, ctx.now)
    })
    this.#set(runtime, PRESENT)
    const siteIds = await inContext(runtime, actor, async (ctx) =>
      (await listEquipment(ctx)).filter(({ level }) => level === 'site').map(({ id }) => id),
    )
    await planPlants(runtime, enterpriseId, siteIds, signal)
    await forecastPlants(runtime, enterpriseId, siteIds, signal)
    await tryOut(runtime, enterpriseId, signal)
  }

  async #clear(runtime: Runtime, enterpriseId: string): Promise<void> {
    this.#hasMachines = false
    this.#onWish(undefined)
    forgetEnterprise(enterpriseId)
    await removeHistory(runtime, enterpriseId)
    await inContext(runtime, systemActor(enterpriseId, 'demo'), async (ctx) => {
      await removeEnterprise(ctx)
      announceLocalGateways(ctx)
    })
    this.#set(runtime, ABSENT)
    this.#enterpriseId = undefined
  }

  #set(runtime: Runtime, company: DemoCompany): void {
    this.#company = company
    if (this.#enterpriseId) runtime.live.publish(this.#enterpriseId, 'demo.company', company)
  }
}

/** Writes a part of the past down, and lets the detectors live through it. */
async function live(
  runtime: Runtime,
  enterpriseId: string,
  signals: SignalIndex,
  columns: readonly HistoryColumn[],
): Promise<void> {
  const written: TelemetryColumn[] = []
  const observed = new Map<EquipmentId, SampleColumn[]>()
  for (const { machineKey, tag, timestampsMs, values } of columns) {
    const signal = signals.get(signalKey(machineKey, tag))
    if (!signal) continue
    const { series, workUnitId } = signal
    written.push(telemetryColumn(series, timestampsMs, values))
    const own = observed.get(workUnitId) ?? []
    own.push({ series, timestampsMs, values })
    observed.set(workUnitId, own)
  }
  await writeHistory(runtime, enterpriseId, written)
  await observePast(enterpriseId, observed, SAMPLING)
}

function telemetryColumn(series: number, timestampsMs: Float64Array, values: HistoryColumn['values']): TelemetryColumn {
  if (values instanceof Float64Array) return { kind: 'number', series, timestampsMs, values }
  const [first] = values
  return typeof first === 'string'
    ? { kind: 'text', series, timestampsMs, values: values as string[] }
    : { kind: 'vector', series, timestampsMs, values: values as Float32Array[] }
}

/** The name of the simulator's endpoint for a connection: two plants may name theirs alike. */
function connectionKey(name: string, siteName: string | undefined): string | undefined {
  const siteKey = sites.find((one) => one.name === siteName)?.key
  return connections.find((one) => one.siteKey === siteKey && one.name === name)?.key
}
