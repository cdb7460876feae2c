import { chartPalette } from './palette.ts'

/** Lets the browser save a text as a file. The byte order mark makes spreadsheets read it as UTF-8. */
export function saveText(name: string, text: string): void {
  saveBlob(name, new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }))
}

/** Lets the browser save plots under each other, each below its title, as one picture. */
export function savePicture(name: string, plots: readonly { title: string; canvas: HTMLCanvasElement }[]): void {
  const palette = chartPalette(document.documentElement)
  const head = 26 * devicePixelRatio
  const picture = document.createElement('canvas')
  picture.width = Math.max(1, ...plots.map(({ canvas }) => canvas.width))
  picture.height = plots.reduce((sum, { canvas }) => sum + canvas.height + head, 0)
  const context = picture.getContext('2d')
  if (!context || plots.length === 0) return
  context.fillStyle = palette.raised
  context.fillRect(0, 0, picture.width, picture.height)
  context.font = `600 ${13 * devicePixelRatio}px 'Inter Variable', system-ui, sans-serif`
  let top = 0
  for (const { title, canvas } of plots) {
    context.fillStyle = palette.ink
    context.fillText(title, 8 * devicePixelRatio, top + 18 * devicePixelRatio)
    context.drawImage(canvas, 0, top + head)
    top += canvas.height + head
  }
  picture.toBlob((blob) => {
    if (blob) saveBlob(name, blob)
  })
}

/** How long the browser may take to begin reading a file it was given. */
const READ_MS = 10_000

/** Lets the browser save a file. Signs that file systems refuse become underscores. */
export function saveBlob(name: string, blob: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name.replaceAll(/[^\p{L}\p{N}., -]/gu, '_')
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), READ_MS)
}
