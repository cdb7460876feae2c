import { Agent, type ClientRequest, get } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { clockMs } from './clock.ts'

// The screens of the live benchmark, a process of its own: raw event streams, without the work of drawing.

export interface LiveScreensOrder {
  readonly url: string
  readonly cookie: string
  readonly screens: readonly PlayedScreen[]
}

export interface PlayedScreen {
  readonly topics: readonly string[]
  /** `reads`: for the whole run. `returns`: its line breaks again and again. `stuck`: reads nothing at all. */
  readonly way: 'reads' | 'returns' | 'stuck'
  /** The gateway, by its place, and the series of it whose samples are followed one by one; undefined on a site's screen. */
  readonly follows: { readonly at: number; readonly series: number; readonly periodMs: number } | undefined
}

export interface LiveScreensReport {
  /**
   * Three numbers each: the gateway's place, a sample's time, and when it was received. Of screens that stay: one that was away
   * gets what it missed when it is back.
   */
  readonly received: Float64Array
  readonly messages: number
  readonly missed: number
  readonly doubled: number
  readonly unordered: number
  /** How often a screen came back, and how often it could go on where it was. */
  readonly returned: number
  readonly resumed: number
  /** Streams of stuck screens that the server ended. */
  readonly dropped: number
}

const AGENT = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY })
const STAYS_MS = [2000, 6000] as const
const AWAY_MS = [200, 4000] as const

const received: number[] = []
const counts = { messages: 0, missed: 0, doubled: 0, unordered: 0, returned: 0, resumed: 0, dropped: 0 }
let isEnding = false

class Screen {
  private readonly order: LiveScreensOrder
  private readonly played: PlayedScreen
  private readonly sample: RegExp
  private request: ClientRequest | undefined
  private rest = ''
  private place: string | undefined
  private lastMs: number | undefined

  constructor(order: LiveScreensOrder, played: PlayedScreen) {
    this.order = order
    this.played = played
    this.sample = new RegExp(`\\[${played.follows?.series ?? 'none'},(\\d+),`, 'g')
  }

  async run(): Promise<void> {
    this.open()
    while (this.played.way === 'returns' && !isEnding) {
      await pause(between(STAYS_MS))
      this.request?.destroy()
      await pause(between(AWAY_MS))
      if (isEnding) return
      if (this.place !== undefined) counts.returned += 1
      this.open()
    }
  }

  close(): void {
    this.request?.destroy()
  }

  private open(): void {
    const { url, cookie } = this.order
    const { topics, way } = this.played
    const headers = { cookie, ...(this.place !== undefined && { 'last-event-id': this.place }) }
    this.rest = ''
    const request = get(`${url}/api/v1/live?watch=${topics.join(',')}`, { agent: AGENT, headers }, (response) => {
      if (response.statusCode !== 200) throw new Error(`A stream was answered ${response.statusCode}.`)
      response.on('error', () => undefined)
      if (way === 'stuck') {
        request.socket?.pause()
        // Nothing is read, so that only writing shows that the other side has ended the stream.
        const feel = setInterval(() => request.socket?.write('\r\n'), 500)
        request.socket?.once('close', () => {
          clearInterval(feel)
          if (!isEnding) counts.dropped += 1
        })
      } else {
        response.setEncoding('latin1').on('data', (text: string) => {
          if (request === this.request) this.read(text)
        })
      }
    })
    request.on('error', () => undefined)
    this.request = request
  }

  private read(text: string): void {
    const events = (this.rest + text).split('\n\n')
    this.rest = events.pop() ?? ''
    for (const event of events) this.take(event)
  }

  private take(event: string): void {
    const nowMs = clockMs()
    this.place = /^id: (\S+)\n/.exec(event)?.[1] ?? this.place
    if (event.includes('event: hello\n')) {
      if (event.includes('"resumed":true')) counts.resumed += 1
      else this.lastMs = undefined
      return
    }
    counts.messages += 1
    const { follows, way } = this.played
    if (!follows) return
    for (const [, digits] of event.matchAll(this.sample)) {
      const timestampMs = Number(digits)
      if (way === 'reads') received.push(follows.at, timestampMs, nowMs)
      const steps = this.lastMs === undefined ? 1 : (timestampMs - this.lastMs) / follows.periodMs
      if (steps > 1) counts.missed += steps - 1
      else if (steps === 0) counts.doubled += 1
      else if (steps < 0) counts.unordered += 1
      this.lastMs = timestampMs
    }
  }
}

function between([low, high]: readonly [number, number]): number {
  return low + Math.random() * (high - low)
}

let screens: Screen[] = []
process.on('message', (message: LiveScreensOrder | 'end') => {
  if (message === 'end') {
    isEnding = true
    for (const screen of screens) screen.close()
    process.send?.({ received: Float64Array.from(received), ...counts } satisfies LiveScreensReport)
    return
  }
  screens = message.screens.map((played) => new Screen(message, played))
  for (const screen of screens) void screen.run()
  process.send?.('watching')
})
process.once('disconnect', () => process.exit())
