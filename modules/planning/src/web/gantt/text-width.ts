/** More texts than a screen of bars has. */
const KNOWN_LIMIT = 20_000

const known = new Map<string, Map<string, number>>()

/** Width of a text in the context's font. Measuring is slow, and the same few thousand texts come in every frame. */
export function textWidth(context: CanvasRenderingContext2D, text: string): number {
  let widths = known.get(context.font)
  if (!widths) {
    widths = new Map()
    known.set(context.font, widths)
  }
  let width = widths.get(text)
  if (width === undefined) {
    if (widths.size >= KNOWN_LIMIT) widths.clear()
    width = context.measureText(text).width
    widths.set(text, width)
  }
  return width
}

/** Forgets all widths: the font itself has arrived meanwhile. */
export function forgetTextWidths(): void {
  known.clear()
}
