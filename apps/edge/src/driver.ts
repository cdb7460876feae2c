import type { DiscoveredTag } from '@millrace/plant/contract'

/** One reading at one address of a device. */
export type Reading = {
  readonly address: string
  /** Epoch milliseconds at the source; undefined when the source has none. */
  readonly timestampMs: number | undefined
  /** Null exactly when quality is `bad`. */
  readonly value: number | boolean | string | Float32Array | null
  readonly quality: 'bad' | 'uncertain' | 'good'
}

/** A reading asked for, with the moment until which the device vouches for it. */
export type FreshReading = Reading & { readonly asOfMs: number }

/** What may be written to a device. */
export type Writable = number | boolean | string

/** Something seen at a device that nobody has asked for yet. */
export type Discovery = Omit<DiscoveredTag, 'connectionId'>

/** Where a driver says what it hears. All may be called at any time between open and close. */
export type DriverListener = {
  readings: (readings: readonly Reading[]) => void
  discovered: (tags: readonly Discovery[]) => void
  /** The conversation is over; the supervisor closes the driver and opens a new one. */
  lost: (reason: string) => void
  /** The device sent something that makes no sense: counted, not believed. */
  refused: (reason: string) => void
}

/**
 * A conversation with one device or broker. The supervisor opens it, makes a new one after a failure with growing pauses, and
 * aborts the signal on shutdown or when a call takes too long.
 */
export type Driver = {
  /**
   * Connects and begins to listen.
   *
   * @param addresses what readings are wanted of; with none, the driver looks for what there is.
   * @throws when the device cannot be reached or refuses us.
   */
  open(addresses: readonly string[], signal: AbortSignal): Promise<void>

  /** Changes what readings are wanted of, without losing the conversation. New addresses report their present value. */
  watch(addresses: readonly string[], signal: AbortSignal): Promise<void>

  /** The present value at an address. An address the device refuses has quality `bad`. @throws when the connection is lost. */
  read(address: string, signal: AbortSignal): Promise<FreshReading>

  /** Writes a value. @throws when the device refuses it or does not answer; then nobody knows whether it was written. */
  write(address: string, value: Writable, signal: AbortSignal): Promise<void>

  /** Safe to call at any time, and twice. */
  close(): Promise<void>
}
