import type { Spectrum } from './spectrum.ts'

/**
 * A band of a spectrum, in multiples of the shaft's rotation (orders) or in Hz. Orders follow the speed: the tooth-pass
 * frequency of a mill with 4 edges is order 4 at any speed.
 */
export type SpectralBand = {
  /** What lies there. These names are known to `diagnoseSpindle`; others are allowed. */
  name: 'shaft' | 'tooth-pass' | 'bearing-outer' | 'bearing-inner' | 'bearing-ball' | 'broadband' | (string & {})
} & ({ orders: readonly [low: number, high: number] } | { hz: readonly [low: number, high: number] })

/** Bearing frequencies as multiples of the shaft's rotation, from its data sheet. */
export type BearingOrders = { outer?: number; inner?: number; ball?: number }

/** Half the width of an order band as a share of its order, when speed is known to about a per cent. */
const ORDER_HALF_WIDTH = 0.03
/** At least so many spectral lines to each side: the main lobe of a Hann window and a little slip. */
const HALF_WIDTH_LINES_MIN = 3

/**
 * The bands to watch on a machine tool's spindle.
 *
 * @param teeth cutting edges of the tool, if it cuts with defined edges.
 */
export function spindleBands(teeth: number | undefined, bearing: BearingOrders = {}): SpectralBand[] {
  const bands: SpectralBand[] = [around('shaft', 1)]
  if (teeth !== undefined) bands.push(around('tooth-pass', teeth))
  if (bearing.outer !== undefined) bands.push(around('bearing-outer', bearing.outer))
  if (bearing.inner !== undefined) bands.push(around('bearing-inner', bearing.inner))
  if (bearing.ball !== undefined) bands.push(around('bearing-ball', bearing.ball))
  bands.push({ name: 'broadband', hz: [10, Number.MAX_SAFE_INTEGER] })
  return bands
}

function around(name: SpectralBand['name'], order: number): SpectralBand {
  return { name, orders: [order * (1 - ORDER_HALF_WIDTH), order * (1 + ORDER_HALF_WIDTH)] }
}

/**
 * Where a band lies in this spectrum; undefined for an order band while the shaft stands still or when the band lies above
 * the spectrum.
 */
export function bandLimitsHz(
  band: SpectralBand,
  of: Spectrum,
  speedRpm: number | undefined,
): { lowHz: number; highHz: number } | undefined {
  const endHz = of.amplitudes.length * of.resolutionHz
  if ('hz' in band) {
    const [lowHz, highHz] = band.hz
    return lowHz < endHz ? { lowHz, highHz: Math.min(highHz, endHz) } : undefined
  }
  if (speedRpm === undefined || !(speedRpm > 0)) return undefined
  const shaftHz = speedRpm / 60
  const [low, high] = band.orders
  const centerHz = ((low + high) / 2) * shaftHz
  const halfHz = Math.max(((high - low) / 2) * shaftHz, HALF_WIDTH_LINES_MIN * of.resolutionHz)
  const lowHz = Math.max(0, centerHz - halfHz)
  return centerHz + halfHz <= endHz ? { lowHz, highHz: centerHz + halfHz } : undefined
}
