/** Words a bar may carry, and the room they get. */
export interface LabelRoom {
  /** From the left edge of what is seen of the bar, in pixels of the canvas. */
  readonly x: number
  readonly width: number
}

/**
 * Where a label may stand in a bar: after the set-up, and not left of what is seen, so that a bar that began long ago
 * still says what it is.
 */
export function labelRoom(
  bar: { left: number; bodyLeft: number; right: number },
  seen: { left: number; right: number },
  padding: number,
): LabelRoom {
  const left = Math.max(bar.bodyLeft, seen.left) + padding
  return { x: left, width: Math.min(bar.right, seen.right) - padding - left }
}

/** The longest of some texts, longest first, that fits; undefined when not even the last does. Texts are never cut. */
export function fittingLabel(
  candidates: readonly string[],
  width: number,
  measure: (text: string) => number,
): string | undefined {
  return candidates.find((text) => measure(text) <= width)
}
