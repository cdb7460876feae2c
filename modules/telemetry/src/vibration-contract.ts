import { problemType } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'
import { VectorSample } from './contract.ts'

const optional = (of: ReturnType<typeof Type.Number>) => Type.Union([of, Type.Null()])
const Millimetres = Type.Number({ exclusiveMinimum: 0, maximum: 10_000 })

/** What turns in a machine, as far as somebody said. */
export const Shaft = Type.Object(
  {
    workUnitId: EquipmentId,
    /** Where no signal says the speed. */
    nominalRpm: optional(Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 })),
    /** Cutting edges or teeth: their pass is a multiple of the rotation. */
    teeth: Type.Union([Type.Integer({ minimum: 1, maximum: 1000 }), Type.Null()]),
    /** Bearing, as in its data sheet: rolling elements, their diameter, that of their circle, and the angle of contact. */
    ballCount: Type.Union([Type.Integer({ minimum: 3, maximum: 200 }), Type.Null()]),
    ballMm: optional(Millimetres),
    pitchMm: optional(Millimetres),
    contactDegrees: optional(Type.Number({ minimum: 0, maximum: 80 })),
  },
  { additionalProperties: false },
)
export type Shaft = Static<typeof Shaft>

/** A vector with what one wants to know of it: its spectrum, whatever it is, and how fast the machine turned. */
export const VibrationReading = Type.Object({
  sample: VectorSample,
  /** Peak amplitudes at 0, resolution, 2·resolution … hertz; null for a vector of which nobody said what it is. */
  spectrum: Type.Union([
    Type.Object({ resolutionHz: Type.Number(), amplitudes: Type.Array(Type.Number()) }),
    Type.Null(),
  ]),
  /** Over all lines but the first, RMS in the signal's unit. */
  rms: Type.Union([Type.Number(), Type.Null()]),
  /** At that time, by the machine's speed signal; null when it has none or it said nothing then. */
  speedRpm: Type.Union([Type.Number(), Type.Null()]),
})
export type VibrationReading = Static<typeof VibrationReading>

export const WATERFALL_ROWS = 60
export const WATERFALL_LINES = 256

/** Spectra of a range, evenly chosen, each of at most so many bands; a band holds the largest of its lines. */
export const Waterfall = Type.Object({
  bandHz: Type.Number(),
  rows: Type.Array(Type.Object({ timestampMs: Type.Number(), levels: Type.Array(Type.Number()) })),
})
export type Waterfall = Static<typeof Waterfall>

/** When there are vectors, newest first. */
export const VECTOR_TIMES_MAX = 500

export const vectorMissing = problemType('telemetry/vector-missing', 'missing', 'There is no such waveform or spectrum')
export const shaftInvalid = problemType('telemetry/shaft-invalid', 'invalid', 'The bearing makes no sense')
