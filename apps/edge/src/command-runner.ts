import { instant } from '@millrace/base'
import type { CommandReport } from '@millrace/control/contract'
import type { AllowedWrite } from '@millrace/plant/contract'
import type { AllowList } from './allow-list.ts'
import { type CommandOrder, readCommandToken } from './command-token.ts'
import type { Driver, FreshReading, Writable } from './driver.ts'
import { entryFor, interlockRefusalOf, isReadBack, type Refusal, refusalOf, stepRefusalOf } from './guard.ts'
import type { Identity } from './identity.ts'
import { type Counted, type Log, messageOf } from './log.ts'
import type { NonceStore } from './nonce-store.ts'
import { waitMs } from './pause.ts'

const DEVICE_TIMEOUT_MS = 5_000

/** How long a controller may take until it shows the written value, and how often it is asked. */
const READ_BACK_TIMEOUT_MS = 5_000
const READ_BACK_EVERY_MS = 100

/** Orders that wait for those before them. */
const WAITING_MAX = 100

type Parts = {
  identity: Identity
  allowList: AllowList
  nonces: NonceStore
  /** The driver of a connection while it stands. */
  driverOf: (connectionId: string) => Driver | undefined
  report: (commandId: string, step: CommandReport) => Promise<void>
  log: Log
  counted: Counted
  nowMs?: () => number
  readBackTimeoutMs?: number
}

/**
 * Carries out commands: verifies, guards, writes, reads back, and reports each step as it happens.
 * One at a time, so that two commands cannot overtake each other between the check of a value and its write.
 */
export class CommandRunner {
  private readonly parts: Parts
  private readonly stop = new AbortController()
  private queue: Promise<void> = Promise.resolve()
  private waiting = 0

  constructor(parts: Parts) {
    this.parts = parts
  }

  /** Takes a token from the event stream. Resolves when the command is over; never rejects. */
  take(token: string): Promise<void> {
    if (this.waiting >= WAITING_MAX) {
      this.parts.counted.add('Commands come faster than machines take them.', String(this.waiting))
      return Promise.resolve()
    }
    this.waiting += 1
    this.queue = this.queue
      .then(() => this.run(token))
      .catch((error: unknown) => this.parts.log.warn('A command failed unexpectedly.', { reason: messageOf(error) }))
      .finally(() => {
        this.waiting -= 1
      })
    return this.queue
  }

  /** Waits for the command that runs; those behind it are not begun. */
  async close(): Promise<void> {
    this.stop.abort()
    await this.queue
  }

  private async run(token: string): Promise<void> {
    const { identity, nonces, counted, log } = this.parts
    if (this.stop.signal.aborted) return
    const order = await readCommandToken(token, identity.commandKey, identity)
    if (!order) {
      counted.add('A command was not signed by the server, not for this gateway, or malformed.', '')
      return
    }
    const usedBy = nonces.commandWith(order.nonce)
    if (usedBy === order.commandId) {
      // The server repeats what it is not sure of. Its reports are on the way; saying more would contradict them.
      counted.add('A command came again and was left alone.', order.commandId)
      return
    }
    if (usedBy !== undefined) {
      await this.refuse(order, { reason: 'replayed', detail: 'Its number was used by another command.' })
      return
    }
    const place = `${order.connectionId} ${order.address}`
    const allowed = await this.check(order, nonces.writesAt(place))
    const refused = 'reason' in allowed
    // On disk before anything is touched: also a refused command must not pass later, when it comes again.
    await nonces.take({
      nonce: order.nonce,
      commandId: order.commandId,
      place: refused ? undefined : place,
      atMs: this.now(),
      expiresAtMs: order.expiresAtMs,
    })
    if (refused) {
      await this.refuse(order, allowed)
      return
    }
    await this.report(order, { step: 'received' })
    log.info('A command passed the guard.', { commandId: order.commandId, address: order.address })
    await this.carryOut(order, allowed.entry, allowed.driver)
  }

  /** Everything that may speak against an order, the cheap things first. */
  private async check(
    order: CommandOrder,
    writesBefore: readonly number[],
  ): Promise<Refusal | { entry: AllowedWrite; driver: Driver }> {
    const { allowList, driverOf } = this.parts
    if (await allowList.isOff()) return { reason: 'commands-off', detail: 'Commands are switched off at this gateway.' }
    const entry = entryFor(await allowList.inForce(), order)
    const refusal = refusalOf(order, entry, writesBefore, this.now())
    if (refusal) return refusal
    const driver = driverOf(order.connectionId)
    if (!entry || !driver) return { reason: 'device-offline', detail: 'The device is not connected.' }
    if (entry.maxStep !== undefined) {
      const present = await this.read(driver, entry.readBackAddress ?? entry.address)
      const tooLarge = stepRefusalOf(order, entry.maxStep, present)
      if (tooLarge) return tooLarge
    }
    if (entry.interlock) {
      const interlock = await this.read(driver, entry.interlock.address)
      const closed = interlockRefusalOf(entry.interlock.equals, interlock, Date.now())
      if (closed) return closed
    }
    // Reading took time: look at the clock once more.
    return refusalOf(order, entry, writesBefore, this.now()) ?? { entry, driver }
  }

  private async carryOut(order: CommandOrder, entry: AllowedWrite, driver: Driver): Promise<void> {
    try {
      await driver.write(order.address, order.value, AbortSignal.timeout(DEVICE_TIMEOUT_MS))
    } catch (error) {
      await this.report(order, { step: 'failed', reason: 'write-failed', detail: messageOf(error) })
      return
    }
    await this.report(order, { step: 'written' })
    const last = await this.readBack(order, driver, entry.readBackAddress ?? entry.address)
    const readBack = writable(last)
    if (isReadBack(order.value, last) && readBack !== undefined) {
      await this.report(order, { step: 'read-back', readBack })
    } else if (readBack === undefined) {
      const detail = 'The value was written, but nothing could be read back.'
      await this.report(order, { step: 'failed', reason: 'read-back-unknown', detail })
    } else {
      const detail = 'The machine shows another value than the one written.'
      await this.report(order, { step: 'failed', reason: 'read-back-differs', detail, readBack })
    }
  }

  /** Reads until the machine shows the value or the time is over. @returns the last reading. */
  private async readBack(order: CommandOrder, driver: Driver, address: string): Promise<FreshReading> {
    const untilMs = performance.now() + (this.parts.readBackTimeoutMs ?? READ_BACK_TIMEOUT_MS)
    while (true) {
      const reading = await this.read(driver, address)
      if (isReadBack(order.value, reading) || performance.now() >= untilMs) return reading
      // Also a stopping gateway waits: a written value whose effect nobody knows is the worst report.
      await waitMs(READ_BACK_EVERY_MS)
    }
  }

  private async read(driver: Driver, address: string): Promise<FreshReading> {
    try {
      return await driver.read(address, AbortSignal.timeout(DEVICE_TIMEOUT_MS))
    } catch (error) {
      this.parts.counted.add('A value needed for a command could not be read.', messageOf(error))
      return { address, timestampMs: undefined, value: null, quality: 'bad', asOfMs: 0 }
    }
  }

  private async refuse(order: CommandOrder, { reason, detail }: Refusal): Promise<void> {
    this.parts.log.warn('A command was refused.', { commandId: order.commandId, reason })
    await this.report(order, { step: 'refused', reason, detail })
  }

  private report(order: CommandOrder, step: Omit<CommandReport, 'at'>): Promise<void> {
    return this.parts.report(order.commandId, { ...step, at: instant(Date.now()) })
  }

  private now(): number {
    return this.parts.nonces.clock((this.parts.nowMs ?? Date.now)())
  }
}

function writable(reading: FreshReading): Writable | undefined {
  const { value } = reading
  return value === null || value instanceof Float32Array ? undefined : value
}
