import { id, problemType, SPECTRUM_WINDOWS } from '@millrace/base'
import { ConnectionId, EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'

export const SignalId = id('Signal')
export type SignalId = Static<typeof SignalId>

/** The number of a signal's series: unique in the enterprise, short enough to travel with every batch. */
export const Series = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })
export type Series = Static<typeof Series>

/** What a signal measures: what screens and analytics make of it depends on this, not on its name. */
export const Measurand = Type.Enum([
  'state',
  'alarm',
  'power',
  'good-count',
  'scrap-count',
  'vibration',
  'vibration-spectrum',
  'vibration-waveform',
  'temperature',
  'speed',
  'feed-override',
  'load',
  'pressure',
  'flow',
  'cycle-time',
  'tool-life',
  'program',
  'order',
  'other',
])
export type Measurand = Static<typeof Measurand>

/** What a machine is doing, as its `state` signal says it. */
export const MachineState = Type.Enum(['running', 'setup', 'idle', 'planned-stop', 'stopped', 'off'])
export type MachineState = Static<typeof MachineState>

export const SignalKind = Type.Enum(['number', 'text', 'vector'])
export type SignalKind = Static<typeof SignalKind>

export const Quality = Type.Enum(['good', 'uncertain', 'bad'])
export type Quality = Static<typeof Quality>

/** The newest sample. A bad sample has the value null; a vector is never carried here (null, with its time). */
export const LatestValue = Type.Object({
  series: Series,
  timestampMs: Type.Number(),
  value: Type.Union([Type.Number(), Type.String(), Type.Null()]),
  quality: Quality,
})
export type LatestValue = Static<typeof LatestValue>

export const Signal = Type.Object({
  id: SignalId,
  series: Series,
  siteId: EquipmentId,
  workUnitId: EquipmentId,
  /** Unique within its machine. */
  name: Type.String(),
  /** For people: "Spindle vibration". */
  title: Type.String(),
  measurand: Measurand,
  kind: SignalKind,
  unit: Type.Union([Type.String(), Type.Null()]),
  normalLow: Type.Union([Type.Number(), Type.Null()]),
  normalHigh: Type.Union([Type.Number(), Type.Null()]),
  connectionId: Type.Union([ConnectionId, Type.Null()]),
  address: Type.Union([Type.String(), Type.Null()]),
  /** Of a waveform, or of the one behind a spectrum, as it is set now. Null for anything else. */
  sampleRateHz: Type.Union([Type.Number(), Type.Null()]),
  latest: Type.Union([LatestValue, Type.Null()]),
})
export type Signal = Static<typeof Signal>

/** The most signals one answer holds. */
export const SIGNAL_LIMIT = 2000

export const NewSignal = Type.Object(
  {
    workUnitId: EquipmentId,
    name: Type.String({ minLength: 1, maxLength: 200 }),
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    measurand: Type.Optional(Measurand),
    kind: SignalKind,
    unit: Type.Optional(Type.String({ maxLength: 40 })),
    normalLow: Type.Optional(Type.Number()),
    normalHigh: Type.Optional(Type.Number()),
    connectionId: Type.Optional(ConnectionId),
    address: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    transform: Type.Optional(Type.Enum(['spectrum'])),
    sampleRateHz: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    /** The gateway passes on no more than one value in this time: for waveforms, which are large. */
    recordEveryMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 86_400_000 })),
  },
  { additionalProperties: false },
)
export type NewSignal = Static<typeof NewSignal>

/** The most signals and points one range query may ask for. */
export const RANGE_SIGNAL_LIMIT = 20
export const RANGE_POINT_LIMIT = 4000

/**
 * One number signal over a range, in buckets of equal width. All arrays have the same length; a bucket without good
 * samples is absent, so a step in `timesMs` wider than `bucketMs` (and than the signal's own period) is a gap.
 */
export const Envelope = Type.Object({
  series: Series,
  /** Width of a bucket; 0 when every point is a single sample. */
  bucketMs: Type.Number(),
  /** Start of each bucket, or the sample's own time. */
  timesMs: Type.Array(Type.Number()),
  min: Type.Array(Type.Number()),
  max: Type.Array(Type.Number()),
  mean: Type.Array(Type.Number()),
  count: Type.Array(Type.Number()),
})
export type Envelope = Static<typeof Envelope>

/** How long a text signal kept a value. `value` null means no data. The last one ends at the end of the range or at now. */
export const StateInterval = Type.Object({
  fromMs: Type.Number(),
  toMs: Type.Number(),
  value: Type.Union([Type.String(), Type.Null()]),
})
export type StateInterval = Static<typeof StateInterval>

export const StateHistory = Type.Object({ series: Series, intervals: Type.Array(StateInterval) })
export type StateHistory = Static<typeof StateHistory>

/** What the elements of a vector are (docs/formats/batch.md). */
export const VectorFrame = Type.Union([
  Type.Object({ form: Type.Literal('waveform'), rateHz: Type.Number() }),
  Type.Object({
    form: Type.Literal('spectrum'),
    resolutionHz: Type.Number(),
    window: Type.Enum([...SPECTRUM_WINDOWS]),
    averages: Type.Integer(),
  }),
])

/**
 * A waveform, samples from its time on, or a spectrum, peak amplitudes at 0, resolution, 2·resolution … hertz; in the signal's unit.
 * The frame is null when nobody ever said which.
 */
export const VectorSample = Type.Object({
  timestampMs: Type.Number(),
  values: Type.Array(Type.Number()),
  frame: Type.Union([VectorFrame, Type.Null()]),
})
export type VectorSample = Static<typeof VectorSample>

/** What the live topics `telemetry.site/<siteId>` and `telemetry.machine/<workUnitId>` carry: [series, time, value, quality]. */
export const LiveSamples = Type.Object({
  samples: Type.Array(
    Type.Tuple([Series, Type.Number(), Type.Union([Type.Number(), Type.String(), Type.Null()]), Type.Integer()]),
  ),
})
export type LiveSamples = Static<typeof LiveSamples>

/** How long single samples are kept, and how old one may be when it arrives; minutes and hours are kept for longer. */
export const RAW_RETENTION_DAYS = 100

/** Measurands whose samples every screen of a site gets; the rest goes to the screens of the machine only. */
export const SITE_MEASURANDS: readonly Measurand[] = ['state', 'alarm', 'power', 'good-count', 'scrap-count']

export const sequenceGap = problemType(
  'telemetry/sequence-gap',
  'conflict',
  'Batches must follow each other without a gap',
)
export const ingestBusy = problemType(
  'telemetry/ingest-busy',
  'unavailable',
  'Ingest is busy, keep the batch and retry',
)
export const samplesInvalid = problemType('telemetry/samples-invalid', 'invalid', 'Samples cannot be taken')
export const signalMissing = problemType('telemetry/signal-missing', 'missing', 'No such signal')
export const signalTaken = problemType('telemetry/signal-taken', 'conflict', 'Signal name already used at this machine')
export const rangeInvalid = problemType('telemetry/range-invalid', 'invalid', 'The range makes no sense')

/** How time is divided: at full hours, or as the site counts its shifts and its days. */
export const TotalsBy = Type.Enum(['hour', 'shift', 'day'])
export type TotalsBy = Static<typeof TotalsBy>

/** The most spans of time that totals are asked for at once. */
export const TOTALS_SPANS_MAX = 800
/** And the most signals. */
export const TOTALS_SIGNALS_MAX = 500

/** What the good samples of one signal amounted to in each span, in arrays as long as the site has spans. */
export const SignalTotals = Type.Object({
  series: Series,
  workUnitId: EquipmentId,
  title: Type.String(),
  unit: Type.Union([Type.String(), Type.Null()]),
  count: Type.Array(Type.Number()),
  /** Null where there is no good sample. */
  min: Type.Array(Type.Union([Type.Number(), Type.Null()])),
  max: Type.Array(Type.Union([Type.Number(), Type.Null()])),
  /** Over time: a value weighs as much as the time for which it held. */
  mean: Type.Array(Type.Union([Type.Number(), Type.Null()])),
  /** For how many milliseconds of the span a value held; the rest is a gap. Times the mean of power it is the energy. */
  heldMs: Type.Array(Type.Number()),
})
export type SignalTotals = Static<typeof SignalTotals>

/** The signals of one site, by spans of its own calendar. */
export const SiteTotals = Type.Object({
  siteId: EquipmentId,
  timeZone: Type.String(),
  spans: Type.Array(
    Type.Object({
      fromMs: Type.Number(),
      toMs: Type.Number(),
      /** Of the shift; null for hours and days. */
      name: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
  signals: Type.Array(SignalTotals),
})
export type SiteTotals = Static<typeof SiteTotals>
