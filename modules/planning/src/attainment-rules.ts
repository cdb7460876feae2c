/** When an operation was to be processed on a machine, and how much of its order that is. Epoch milliseconds. */
export interface PlannedSpan {
  readonly fromMs: number
  readonly toMs: number
  readonly pieces: number
  /** Whether the operation was to begin here, and not only to go on. */
  readonly starts: boolean
}
