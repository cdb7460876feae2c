import { payloadInvalid } from './problems.ts'

/** Whether a host application is there. `timestampMs` is the time at which its present connection began. */
export type HostState = { online: boolean; timestampMs: number }

const STATE_MAX_BYTES = 256

/** Payload of a STATE message. @see Sparkplug 3.0 §5.7: `{"online":true,"timestamp":<ms>}` */
export function encodeHostState(state: HostState): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ online: state.online, timestamp: state.timestampMs }))
}

/** Reads a STATE payload. @throws payloadInvalid on anything else. */
export function decodeHostState(bytes: Uint8Array): HostState {
  let json: unknown
  try {
    if (bytes.length > STATE_MAX_BYTES) throw payloadInvalid('A STATE message is too long.')
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw payloadInvalid('A STATE message is not JSON.', undefined, { cause: error })
  }
  if (typeof json !== 'object' || json === null || !('online' in json) || !('timestamp' in json)) {
    throw payloadInvalid('A STATE message has no online or no timestamp.')
  }
  const { online, timestamp } = json
  if (typeof online !== 'boolean' || typeof timestamp !== 'number' || !Number.isSafeInteger(timestamp)) {
    throw payloadInvalid('A STATE message has an online or a timestamp of the wrong type.')
  }
  return { online, timestampMs: timestamp }
}
