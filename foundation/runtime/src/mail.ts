import { MINUTE_MS, SECOND_MS } from '@millrace/base'
import { createTransport } from 'nodemailer'
import type { Log } from './log.ts'
import { isMailAddress, type MailSettings } from './mail-settings.ts'

/** One mail to one person. Plain text: what it says is read the same everywhere, and nothing in it runs. */
export interface MailMessage {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** The way out by mail. Whatever becomes of a mail, what it tells of has been done. */
export interface Mail {
  /** Whether there is a mail server at all. */
  readonly configured: boolean
  /**
   * Takes a mail and returns at once; sent soon, up to three times while the server does not take it. Never throws. What
   * fails is logged, without whom it was for and what it said. Without a mail server nothing happens. What waits when the
   * process ends is lost. To be called after the commit.
   *
   * @param message or what makes it, when making it takes longer than the caller may show; undefined = there is none
   */
  send(message: MailMessage | (() => Promise<MailMessage | undefined>)): void
  /** Gives up what waits, and lets what is on the way end for a moment. */
  stop(): Promise<void>
}

export interface MailTimes {
  /** For everything of one attempt. */
  readonly attemptMs: number
  /** How long to wait before each further attempt. */
  readonly pausesMs: readonly number[]
}

/** Nobody waits for a mail, but a server that says nothing must not hold one of the few places. */
const TIMES: MailTimes = { attemptMs: 30 * SECOND_MS, pausesMs: [5 * SECOND_MS, MINUTE_MS] }
/** Mails on the way at once: what a small mail server takes from one sender. */
const AT_ONCE = 2
/** More would be somebody who sends mail through us, or a server that is away; each wait costs memory. */
const WAITING_MAX = 500
const STOP_MS = 2 * SECOND_MS
const SUBJECT_MAX = 200

/** There is no mail server. */
export const NO_MAIL: Mail = { configured: false, send: () => undefined, stop: async () => undefined }

/** Mail through a server. @param settings undefined = {@link NO_MAIL} */
export function createMail(settings: MailSettings | undefined, log: Log, times: MailTimes = TIMES): Mail {
  if (!settings) return NO_MAIL
  const { host, port, security, login, from } = settings
  const transport = createTransport({
    ...{ host, port, secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'plain' },
    ...(login && { auth: { user: login.user, pass: login.password } }),
    ...{ connectionTimeout: times.attemptMs, greetingTimeout: times.attemptMs, dnsTimeout: times.attemptMs },
    socketTimeout: times.attemptMs,
    tls: { minVersion: 'TLSv1.2' },
    // A message is text of ours: nothing in it names a file or an address to be read.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  })
  const waiting: (() => Promise<void>)[] = []
  const running = new Set<Promise<void>>()
  const pauses = new Set<NodeJS.Timeout>()
  const stopping = new AbortController()
  let stopped = false

  function enqueue(work: () => Promise<void>): void {
    if (stopped) return
    if (waiting.length >= WAITING_MAX) {
      log.error('Too many mails wait; this one is not sent.', { waiting: waiting.length })
      return
    }
    waiting.push(work)
    next()
  }

  function next(): void {
    while (running.size < AT_ONCE) {
      const work = waiting.shift()
      if (!work) return
      const done = work().finally(() => {
        running.delete(done)
        next()
      })
      running.add(done)
    }
  }

  async function attempt(message: MailMessage, before: number): Promise<void> {
    try {
      await transport.sendMail({
        from: { ...from },
        to: { name: '', address: message.to },
        envelope: { from: from.address, to: [message.to] },
        subject: plainLine(message.subject),
        text: message.text,
        // RFC 3834: no answering machine answers, and no loop begins.
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: AbortSignal.any([AbortSignal.timeout(times.attemptMs), stopping.signal]),
      })
    } catch (error) {
      const { reason, reply } = failureOf(error)
      const pauseMs = times.pausesMs[before]
      // 5xx (RFC 5321 §4.2.1): the server will say the same again.
      const again = pauseMs !== undefined && (reply === undefined || reply < 500)
      log.warn('A mail was not taken.', { reason, reply, attempt: before + 1, again })
      if (!again || stopped) return
      const timer = setTimeout(() => {
        pauses.delete(timer)
        enqueue(() => attempt(message, before + 1))
      }, pauseMs)
      timer.unref()
      pauses.add(timer)
    }
  }

  return {
    configured: true,
    send(message) {
      enqueue(async () => {
        try {
          const made = typeof message === 'function' ? await message() : message
          if (!made) return
          if (isMailAddress(made.to)) await attempt(made, 0)
          else log.warn('A mail was not sent: its address is none that mail can be sent to.')
        } catch (error) {
          log.error('A mail could not be written.', {}, error)
        }
      })
    },
    async stop() {
      stopped = true
      waiting.length = 0
      for (const timer of pauses) clearTimeout(timer)
      const late = setTimeout(() => stopping.abort(), STOP_MS)
      await Promise.allSettled(running)
      clearTimeout(late)
      stopping.abort()
      transport.close()
    },
  }
}

/** A name in a subject must not become a header. */
function plainLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, SUBJECT_MAX)
}

/** What may be told of a failure: what servers answer often names the address. */
function failureOf(error: unknown): { reason: string; reply: number | undefined } {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown }
  return {
    reason: typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown',
    reply: typeof responseCode === 'number' ? responseCode : undefined,
  }
}
