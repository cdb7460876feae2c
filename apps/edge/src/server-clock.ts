/** A second is what HTTP tells (RFC 9110 §5.6.7), and a slow line adds to it; clocks that are kept differ by less. */
const TOLERANCE_MS = 5_000
const HALF_SECOND_MS = 500

/**
 * What time it is by the server's clock, read from its answers. A gateway whose own clock is wrong would make tokens that nobody
 * takes, and give samples times that nobody understands.
 *
 * Commands are not judged by it: whether one has expired the gateway decides by its own clock, which nobody on the line can turn.
 */
export class ServerClock {
  private readonly ownMs: () => number
  private offMs = 0

  constructor(ownMs: () => number = Date.now) {
    this.ownMs = ownMs
  }

  /** How far the gateway's own clock is ahead of the server's, behind when negative; 0 while it is near or not known. */
  get aheadMs(): number {
    return Math.abs(this.offMs) > TOLERANCE_MS ? this.offMs : 0
  }

  /** @param date the Date field of an answer that has just come; undefined or nonsense tells nothing. */
  hear(date: string | undefined): void {
    const serverMs = Date.parse(date ?? '')
    if (!Number.isNaN(serverMs)) this.offMs = Math.round(this.ownMs() - (serverMs + HALF_SECOND_MS))
  }

  nowMs(): number {
    return this.ownMs() - this.aheadMs
  }
}
