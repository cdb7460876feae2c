import { useEffect, useRef, useState } from 'react'
import classes from './station.module.css'
import { texts } from './station-texts.ts'

/** Often enough for a badge that is held still for a moment, seldom enough for a slow terminal. */
const LOOK_EVERY_MS = 150
/** A QR code held near is found in a small picture too, and much sooner. */
const LOOK_WIDTH = 640

/** As much of the browser's own detector as is used here; not every browser has one. */
interface Detector {
  detect(image: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>
}
interface DetectorMaker {
  new (options: { formats: readonly string[] }): Detector
  getSupportedFormats(): Promise<readonly string[]>
}

/** Finds what a QR code in a picture says; undefined without one. */
type Look = (video: HTMLVideoElement) => Promise<string | undefined>

/** Shows what the camera sees and reads QR codes in it. @param onCode given what a code says, each look again. */
export function QrCamera({ onCode }: { onCode: (text: string) => void }) {
  const video = useRef<HTMLVideoElement>(null)
  const latest = useRef(onCode)
  latest.current = onCode
  const [fault, setFault] = useState<string>()
  useEffect(() => {
    const stop = new AbortController()
    watch(video.current, stop.signal, (text) => latest.current(text)).catch((error: unknown) => {
      if (stop.signal.aborted) return
      const isRefused = error instanceof DOMException && error.name === 'NotAllowedError'
      setFault(isRefused ? texts.camera.refused : texts.camera.missing)
    })
    return () => stop.abort()
  }, [])
  if (fault !== undefined) return <p role="alert">{fault}</p>
  return (
    <figure className={classes.camera}>
      <video ref={video} muted playsInline aria-label={texts.camera.view} />
      <figcaption className="second">{texts.camera.hint}</figcaption>
    </figure>
  )
}

async function watch(
  video: HTMLVideoElement | null,
  signal: AbortSignal,
  onCode: (text: string) => void,
): Promise<void> {
  if (!video || !navigator.mediaDevices) throw new Error('There is no camera.')
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 } } })
  const end = () => {
    for (const track of stream.getTracks()) track.stop()
  }
  signal.addEventListener('abort', end)
  if (signal.aborted) return end()
  video.srcObject = stream
  await video.play()
  const look = await lookByDetector().then((found) => found ?? lookByProgram())
  while (!signal.aborted) {
    const text = video.videoWidth > 0 ? await look(video).catch(() => undefined) : undefined
    if (text !== undefined && !signal.aborted) onCode(text)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

async function lookByDetector(): Promise<Look | undefined> {
  const { BarcodeDetector } = window as { BarcodeDetector?: DetectorMaker }
  const formats = await BarcodeDetector?.getSupportedFormats().catch((): readonly string[] => [])
  if (!BarcodeDetector || !formats?.includes('qr_code')) return undefined
  const detector = new BarcodeDetector({ formats: ['qr_code'] })
  return async (video) => (await detector.detect(video))[0]?.rawValue
}

/** For browsers without a detector of their own; loaded only there. */
async function lookByProgram(): Promise<Look> {
  const { default: decodeQR } = await import('qr/decode.js')
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  return async (video) => {
    const scale = Math.min(1, LOOK_WIDTH / video.videoWidth)
    canvas.width = Math.round(video.videoWidth * scale)
    canvas.height = Math.round(video.videoHeight * scale)
    pen?.drawImage(video, 0, 0, canvas.width, canvas.height)
    const image = pen?.getImageData(0, 0, canvas.width, canvas.height)
    try {
      return image && decodeQR(image)
    } catch {
      // It says so when there is no code in the picture.
      return undefined
    }
  }
}
