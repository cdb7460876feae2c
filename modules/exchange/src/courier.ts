import { epochMs, type Instant, instant, isProblem, later, now, SECOND_MS } from '@millrace/base'
import { type Context, inContext, outboundFailed, outboundRefused, type Runtime, systemActor } from '@millrace/runtime'
import { type DeliveryId, type WebhookId, webhookDisabled } from './contract.ts'
import * as deliveries from './delivery-store.ts'
import { ANSWER_MAX, answerText, type CallOutcome, GIVE_UP_MS, judgeCall } from './rules.ts'
import { validSecrets } from './secrets.ts'
import { signedHeaders } from './signature.ts'
import * as webhooks from './webhook-store.ts'

/** Told to screens when something of a webhook changed. */
export const WEBHOOKS_TOPIC = 'exchange.webhooks'

/** A receiver that takes longer has to answer first and work afterwards. */
const TIMEOUT_MS = 15 * SECOND_MS
/** Beyond the time-out: for looking up, writing down, and a clock that differs. */
const LEASE_MARGIN_MS = 5 * SECOND_MS
/** What waits for its pause, or was left behind by a process that is gone, is looked for this often. */
const SWEEP_MS = 5 * SECOND_MS
const IN_FLIGHT_MAX = 16
/** A company whose receivers are slow leaves room for the others. */
const PER_TENANT_MAX = 4
const ATTEMPTS_KEPT = 100
const REASON_MAX = 300

export interface CourierOptions {
  readonly timeoutMs?: number
  readonly sweepMs?: number
}

/** A topic of the live hub that no module lists: couriers follow it, wherever they are. */
const DUE_TOPIC = 'exchange.due'

/** Something may be due in an enterprise. */
export function wake({ live, enterpriseId }: Pick<Context, 'live' | 'enterpriseId'>): void {
  live.publish(enterpriseId, DUE_TOPIC, {})
}

/** Begins to deliver. */
export function startCourier(runtime: Runtime, options: CourierOptions = {}): { stop(): Promise<void> } {
  const courier = new Courier(runtime, options)
  const unfollow = runtime.live.follow(DUE_TOPIC, (enterpriseId) => courier.wake(enterpriseId))
  return {
    async stop() {
      unfollow()
      await courier.stop()
    },
  }
}

interface Sent {
  readonly at: Instant
  readonly durationMs: number
  readonly outcome: CallOutcome
  readonly answer: string | null
}

/**
 * Brings events to receivers: of each webhook one at a time and in order, of each company a few, of all together a bound
 * number, companies in turn. What is on its way is leased in the database; who is killed is replaced when the lease ends.
 */
class Courier {
  readonly #runtime: Runtime
  readonly #timeoutMs: number
  /** Companies in which something may be due, the one that waits longest first. */
  readonly #ready = new Set<string>()
  readonly #inFlight = new Map<string, number>()
  readonly #running = new Set<Promise<void>>()
  readonly #stopping = new AbortController()
  readonly #timer: NodeJS.Timeout

  constructor(runtime: Runtime, { timeoutMs = TIMEOUT_MS, sweepMs = SWEEP_MS }: CourierOptions) {
    this.#runtime = runtime
    this.#timeoutMs = timeoutMs
    this.#timer = setInterval(() => this.#sweep(), sweepMs)
    this.#sweep()
  }

  wake(enterpriseId: string): void {
    if (this.#stopping.signal.aborted) return
    this.#ready.add(enterpriseId)
    this.#launch()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort()
    await Promise.allSettled(this.#running)
  }

  #sweep(): void {
    webhooks
      .listTenants(this.#runtime.app.kysely)
      .then((ids) => {
        for (const id of ids) this.wake(id)
      })
      .catch((error: unknown) => this.#runtime.log.warn('Webhooks wait, the tenants could not be read.', {}, error))
  }

  #launch(): void {
    for (const enterpriseId of [...this.#ready]) {
      if (this.#running.size >= IN_FLIGHT_MAX) return
      const inFlight = this.#inFlight.get(enterpriseId) ?? 0
      if (inFlight >= PER_TENANT_MAX) continue
      this.#ready.delete(enterpriseId)
      this.#inFlight.set(enterpriseId, inFlight + 1)
      const run = this.#deliverNext(enterpriseId)
        .catch((error: unknown) => this.#runtime.log.warn('A webhook could not be delivered.', {}, error))
        .finally(() => {
          this.#running.delete(run)
          const left = (this.#inFlight.get(enterpriseId) ?? 1) - 1
          if (left > 0) this.#inFlight.set(enterpriseId, left)
          else this.#inFlight.delete(enterpriseId)
          if (!this.#stopping.signal.aborted) this.#launch()
        })
      this.#running.add(run)
    }
  }

  async #deliverNext(enterpriseId: string): Promise<void> {
    const actor = systemActor(enterpriseId, 'exchange.courier')
    const due = await inContext(this.#runtime, actor, (ctx) =>
      deliveries.leaseNext(ctx.db, ctx.now, later(ctx.now, this.#timeoutMs + LEASE_MARGIN_MS)),
    )
    if (!due) return
    // Other webhooks of the company may have something too; they come after other companies.
    this.wake(enterpriseId)
    const sent = await this.#send(due, enterpriseId)
    await inContext(this.#runtime, actor, (ctx) =>
      sent
        ? note(ctx, due.webhookId, due.deliveryId, sent)
        : webhooks.updateWebhook(ctx.db, due.webhookId, { leasedUntil: null }),
    )
    this.wake(enterpriseId)
  }

  /** @returns undefined when the program stops: nobody knows what became of it, so it is sent again. */
  async #send(due: deliveries.DueDelivery, enterpriseId: string): Promise<Sent | undefined> {
    const at = now()
    const startedMs = performance.now()
    const taken = () => Math.round(performance.now() - startedMs)
    const failed = (failure: string): Sent => ({
      ...{ at, durationMs: taken(), outcome: { failure: failure.slice(0, REASON_MAX) }, answer: null },
    })
    let secrets: readonly Buffer[]
    try {
      secrets = validSecrets(this.#runtime.secrets, due, { enterpriseId, atMs: epochMs(at) })
    } catch (error) {
      // Not its neighbours' trouble: they go on.
      this.#runtime.log.error('The secret of a webhook cannot be opened.', { webhook: due.webhookId }, error)
      return failed('Its secret cannot be opened here. Give it a new one.')
    }
    try {
      const { status, headers, body } = await this.#runtime.outbound.fetch(due.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/cloudevents+json; charset=utf-8',
          'user-agent': 'Millrace',
          ...signedHeaders(due.deliveryId, at, due.body, secrets),
        },
        body: due.body,
        timeoutMs: this.#timeoutMs,
        maxBytes: ANSWER_MAX,
        longer: 'cut',
        signal: this.#stopping.signal,
      })
      const outcome = { status, retryAfter: headers['retry-after'] }
      return { at, durationMs: taken(), outcome, answer: answerText(body.toString()) }
    } catch (error) {
      if (!isProblem(error, outboundFailed) && !isProblem(error, outboundRefused)) throw error
      if (this.#stopping.signal.aborted) return undefined
      return failed(error.message)
    }
  }
}

/** Writes down what came of a call, and what follows from it. */
async function note(ctx: Context, webhookId: WebhookId, deliveryId: DeliveryId, sent: Sent): Promise<void> {
  const webhook = await webhooks.lockWebhook(ctx.db, webhookId)
  const delivery = webhook && (await deliveries.lockDelivery(ctx.db, webhookId, deliveryId))
  // Removed, or forgotten, while it was on its way.
  if (!delivery) {
    if (webhook) await webhooks.updateWebhook(ctx.db, webhookId, { leasedUntil: null })
    return
  }
  const { at, durationMs, outcome, answer } = sent
  const status = 'status' in outcome ? outcome.status : null
  const failure = 'failure' in outcome ? outcome.failure : null
  const attempts = delivery.attempts + 1
  await deliveries.addAttempt(
    ctx.db,
    webhookId,
    deliveryId,
    { number: attempts, at, durationMs, status, failure, answer },
    ATTEMPTS_KEPT,
  )
  const tries = delivery.tries + 1
  const firstTryAt = delivery.firstTryAt ?? at
  const failures = webhook.failureCount + 1
  const verdict = judgeCall({
    ...{ outcome, tries, failures, firstTryMs: epochMs(firstTryAt), nowMs: ctx.nowMs, random: Math.random() },
  })
  const called = { leasedUntil: null, lastAttemptAt: at, lastStatus: status, lastFailure: failure }
  const tried = { attempts, tries, firstTryAt }
  if (verdict.kind === 'delivered') {
    await deliveries.updateDelivery(ctx.db, webhookId, deliveryId, { ...tried, state: 'delivered', dueAt: null })
    await webhooks.updateWebhook(ctx.db, webhookId, {
      ...{ ...called, lastDeliveredAt: at, failingSince: null, failureCount: 0, resumeAt: null },
    })
  } else {
    const failing = { ...called, failureCount: failures, failingSince: webhook.failingSince ?? at }
    if (verdict.kind === 'again') {
      const againAt = instant(verdict.atMs)
      // While the line waits its first event stays due: whenever the line goes on, it goes on with that one.
      await deliveries.updateDelivery(ctx.db, webhookId, deliveryId, {
        ...tried,
        ...(!verdict.line && { dueAt: againAt }),
      })
      await webhooks.updateWebhook(ctx.db, webhookId, { ...failing, resumeAt: verdict.line ? againAt : null })
    } else {
      await deliveries.updateDelivery(ctx.db, webhookId, deliveryId, { ...tried, state: 'failed', dueAt: null })
      const resumeAt = verdict.kind === 'given-up' ? instant(verdict.lineAtMs) : null
      await webhooks.updateWebhook(ctx.db, webhookId, { ...failing, resumeAt })
      if (verdict.kind === 'gone') await deliveries.giveUpWaiting(ctx.db, webhookId)
    }
    if (verdict.kind === 'gone')
      await disable(ctx, webhook, 'The receiver said that it wants no events any more (410).')
    else if (ctx.nowMs - epochMs(failing.failingSince) >= GIVE_UP_MS) {
      await disable(ctx, webhook, 'Nothing arrived for more than three days.')
    }
  }
  ctx.afterCommit(() => ctx.live.publish(ctx.enterpriseId, WEBHOOKS_TOPIC, { webhookId }))
}

async function disable(ctx: Context, { id, name, siteId, state }: webhooks.WebhookRow, reason: string): Promise<void> {
  if (state === 'disabled') return
  await webhooks.updateWebhook(ctx.db, id, { state: 'disabled', stateReason: reason })
  await ctx.emit(webhookDisabled({ webhookId: id, siteId, name, reason }))
  ctx.audit({ action: 'exchange.webhook.disable', object: `webhook ${id}`, reason, detail: { name } })
  ctx.log.warn('A webhook was disabled.', { webhook: id, reason })
}
