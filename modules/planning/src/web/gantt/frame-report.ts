/** How a frame was drawn, for whoever measures. */
export interface FrameReport {
  /** Script time of the drawing. */
  readonly drawMs: number
  /** `whole`, or `shifted` when most of the last frame was used again; `none` when the bars stayed as they were. */
  readonly body: 'whole' | 'shifted' | 'none'
}
