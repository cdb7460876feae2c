import { StringDecoder } from 'node:string_decoder'
import type { Cloud } from './cloud.ts'
import { type Log, messageOf } from './log.ts'
import { GrowingPause } from './pause.ts'

export type StreamEvent = { event: string; data: string }

/** One event of ours is a signed command; anything near this is not. */
const EVENT_MAX_CHARACTERS = 64 * 1024

/** The server sends a comment every 10 s; three missing ones mean that the link is dead. */
const SILENCE_MAX_MS = 30_000

const PAUSE_FIRST_MS = 200
const PAUSE_MAX_MS = 5_000

/**
 * Reads server-sent events (WHATWG HTML §9.2) piece by piece.
 *
 * @throws RangeError when a line or an event is longer than the bound.
 */
export class EventParser {
  private rest = ''
  private event = ''
  private data: string[] = []
  private dataLength = 0

  push(text: string): StreamEvent[] {
    // A carriage return at the end may be half of a line end: it waits for what follows.
    const lines = (this.rest + text).split(/\r\n|\r(?!$)|\n/)
    this.rest = lines.pop() ?? ''
    if (this.rest.length > EVENT_MAX_CHARACTERS) throw new RangeError('a line of the event stream is too long')
    const events: StreamEvent[] = []
    for (const line of lines) {
      if (line !== '') this.field(line)
      else if (this.data.length > 0) events.push({ event: this.event || 'message', data: this.data.join('\n') })
      if (line === '') this.clear()
    }
    return events
  }

  private field(line: string): void {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === 'event') this.event = value
    if (name !== 'data') return
    this.dataLength += value.length
    if (this.dataLength > EVENT_MAX_CHARACTERS) throw new RangeError('an event of the stream is too long')
    this.data.push(value)
  }

  private clear(): void {
    this.event = ''
    this.data = []
    this.dataLength = 0
  }
}

export type StreamHandlers = {
  connected: () => void
  event: (event: StreamEvent) => void
}

/** Listens to the events for this gateway until the signal is aborted, and connects again with growing pauses. */
export async function listen(cloud: Cloud, handlers: StreamHandlers, log: Log, signal: AbortSignal): Promise<void> {
  const pause = new GrowingPause(PAUSE_FIRST_MS, PAUSE_MAX_MS)
  while (!signal.aborted) {
    try {
      await listenOnce(cloud, handlers, pause, signal)
    } catch (error) {
      if (!signal.aborted) log.warn('The stream of events was interrupted.', { reason: messageOf(error) })
    }
    await pause.wait(signal)
  }
}

async function listenOnce(
  cloud: Cloud,
  handlers: StreamHandlers,
  pause: GrowingPause,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS)
  try {
    const response = await cloud.open({
      method: 'GET',
      path: '/plant/gateways/self/events',
      headers: { accept: 'text/event-stream' },
      signal: AbortSignal.any([signal, silence.signal]),
    })
    if (response.statusCode !== 200) {
      response.destroy()
      throw new Error(`the server answered ${response.statusCode}`)
    }
    pause.reset()
    handlers.connected()
    const parser = new EventParser()
    const decoder = new StringDecoder('utf8')
    for await (const chunk of response as AsyncIterable<Buffer>) {
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS)
      for (const event of parser.push(decoder.write(chunk))) handlers.event(event)
    }
  } finally {
    clearTimeout(timer)
  }
}
