import type { FrameReport } from './frame-report.ts'

declare global {
  interface Window {
    /** What the page for tests has drawn and been asked so far. */
    gantt: GivenReport
  }
}

export interface GivenReport {
  frames: FrameReport[]
  /** How often React rendered the page. */
  renderings: number
  /** Ids of bars whose order somebody wanted to see. */
  readonly opened: string[]
  readonly bars: number
}
