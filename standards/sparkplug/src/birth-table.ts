import type { DataType } from './data-type.ts'
import type { Integer64, Metric, MetricValue } from './payload.ts'
import { payloadInvalid } from './problems.ts'
import { valueAs } from './value.ts'

/** A metric as its birth declared it. */
export type BornMetric = {
  readonly deviceId: string | undefined
  readonly name: string
  readonly datatype: DataType
}

/** One value of a born metric; `value` is null when the sender said so. */
export type Reading = {
  readonly metric: BornMetric
  readonly value: MetricValue | null
  /** Undefined when neither metric nor payload has a time. */
  readonly timestampMs: number | undefined
  readonly isHistorical: boolean
  /** Of the `Quality` property: 0 bad, 192 good, 500 stale; 192 when there is none. */
  readonly quality: number
  /** Of the `engUnit` property, by convention. */
  readonly unit: string | undefined
}

export type BirthTable = ReadonlyMap<string, BornMetric>
export type AliasTable = ReadonlyMap<Integer64, BornMetric>

const QUALITY_GOOD = 192

/**
 * Reads the metrics of a birth certificate.
 *
 * @param aliases of the rest of the edge node: an alias is unique over the node and all its devices.
 * @throws payloadInvalid on a metric without name, data type or value, and on a name or alias that is there twice.
 * @see Sparkplug 3.0 §6.4.7, tck-id-payloads-alias-uniqueness
 */
export function readBirth(
  deviceId: string | undefined,
  metrics: readonly Metric[],
  payloadTimestampMs: number | undefined,
  aliases: AliasTable,
): { table: BirthTable; aliases: AliasTable; readings: Reading[] } {
  const table = new Map<string, BornMetric>()
  const allAliases = new Map(aliases)
  const readings: Reading[] = []
  for (const metric of metrics) {
    const { name, datatype } = metric
    if (name === undefined || !datatype) throw payloadInvalid('A metric of a birth has no name or no data type.')
    if (table.has(name)) throw payloadInvalid(`Metric ${name} is in the birth twice.`)
    const born: BornMetric = { deviceId, name, datatype }
    table.set(name, born)
    if (metric.alias !== undefined) {
      if (allAliases.has(metric.alias)) throw payloadInvalid(`Alias ${metric.alias} is used twice.`)
      allAliases.set(metric.alias, born)
    }
    // Template definitions have no value worth a reading, and some nodes leave values out of births: that is no value.
    readings.push(readingOf(born, metric, metric.value ?? null, payloadTimestampMs))
  }
  return { table, aliases: allAliases, readings }
}

/**
 * Reads the metrics of a data message against the birth.
 *
 * @returns `unknown` when a metric was never born: the host then asks for a rebirth.
 * @throws payloadInvalid when a value is not of the data type that the birth declared, or a metric has neither name nor alias.
 */
export function readData(
  deviceId: string | undefined,
  metrics: readonly Metric[],
  payloadTimestampMs: number | undefined,
  table: BirthTable,
  aliases: AliasTable,
): { readings: Reading[]; unknown: boolean } {
  const readings: Reading[] = []
  let unknown = false
  for (const metric of metrics) {
    if (metric.name === undefined && metric.alias === undefined) {
      throw payloadInvalid('A metric has neither name nor alias.')
    }
    const born = metric.name !== undefined ? table.get(metric.name) : aliasOf(metric.alias, deviceId, aliases)
    if (!born) {
      unknown = true
      continue
    }
    if (metric.datatype && metric.datatype !== born.datatype) {
      throw payloadInvalid(`Metric ${born.name} was born as ${born.datatype} and came as ${metric.datatype}.`)
    }
    const value = metric.wire ? valueAs(born.datatype, metric.wire) : metric.value
    if (value === undefined) throw payloadInvalid(`Metric ${born.name} has no value.`)
    readings.push(readingOf(born, metric, value, payloadTimestampMs))
  }
  return { readings, unknown }
}

function aliasOf(
  alias: Integer64 | undefined,
  deviceId: string | undefined,
  aliases: AliasTable,
): BornMetric | undefined {
  const born = alias === undefined ? undefined : aliases.get(alias)
  return born?.deviceId === deviceId ? born : undefined
}

function readingOf(
  born: BornMetric,
  metric: Metric,
  value: MetricValue | null,
  payloadTimestampMs: number | undefined,
): Reading {
  const quality = metric.properties?.get('Quality')?.value
  const unit = metric.properties?.get('engUnit')?.value
  return {
    metric: born,
    value,
    timestampMs: metric.timestampMs ?? payloadTimestampMs,
    isHistorical: metric.isHistorical ?? false,
    quality: typeof quality === 'number' ? quality : QUALITY_GOOD,
    unit: typeof unit === 'string' ? unit : undefined,
  }
}
