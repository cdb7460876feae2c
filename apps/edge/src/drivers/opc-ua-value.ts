import { DataType, type DataValue, type StatusCode, VariantArrayType } from 'node-opcua-client'
import type { Reading, Writable } from '../driver.ts'

/** A data value as a reading: quality from the two severity bits of the status (OPC UA Part 4 §7.39), time from the source. */
export function readingOf(address: string, data: DataValue): Reading {
  const value = isBad(data.statusCode) ? null : plain(data)
  const quality = value === null ? 'bad' : isGood(data.statusCode) ? 'good' : 'uncertain'
  const timestampMs = (data.sourceTimestamp ?? data.serverTimestamp)?.getTime()
  // The server's own "not set" is the year 1601; the gateway's time is better than that.
  return {
    address,
    timestampMs: timestampMs !== undefined && timestampMs > 0 ? timestampMs : undefined,
    value,
    quality,
  }
}

/** A reading of an address that the server refuses. */
export function badReading(address: string): Reading {
  return { address, timestampMs: undefined, value: null, quality: 'bad' }
}

export function isGood(status: StatusCode): boolean {
  return status.value >>> 30 === 0
}

function isBad(status: StatusCode): boolean {
  return status.value >>> 31 === 1
}

function plain(data: DataValue): Reading['value'] {
  const { arrayType, dataType, value } = data.value
  const content: unknown = value
  if (arrayType !== VariantArrayType.Scalar) {
    if (content instanceof Float32Array) return content
    return isNumbers(content) ? Float32Array.from(content) : null
  }
  if (typeof content === 'number' || typeof content === 'boolean' || typeof content === 'string') return content
  if (content instanceof Date) return content.getTime()
  // 64-bit integers come as [high, low].
  if (dataType === DataType.Int64 && isNumbers(content)) return (content[0] ?? 0) * 2 ** 32 + (content[1] ?? 0)
  if (dataType === DataType.UInt64 && isNumbers(content)) return ((content[0] ?? 0) >>> 0) * 2 ** 32 + (content[1] ?? 0)
  if (dataType === DataType.LocalizedText && typeof content === 'object' && content !== null && 'text' in content) {
    return String(content.text ?? '')
  }
  return null
}

function isNumbers(content: unknown): content is ArrayLike<number> {
  if (ArrayBuffer.isView(content)) return !(content instanceof DataView) && !(content instanceof BigInt64Array)
  return Array.isArray(content) && content.every((entry) => typeof entry === 'number')
}

const INTEGERS: readonly DataType[] = [
  DataType.SByte,
  DataType.Byte,
  DataType.Int16,
  DataType.UInt16,
  DataType.Int32,
  DataType.UInt32,
]

/**
 * The value as the variable's data type takes it.
 *
 * @throws Error when the variable is of another kind: a set-point is never rounded or turned into a text on the way.
 */
export function variantOf(dataType: DataType, value: Writable): { dataType: DataType; value: Writable } {
  const fits =
    typeof value === 'boolean'
      ? dataType === DataType.Boolean
      : typeof value === 'string'
        ? dataType === DataType.String
        : dataType === DataType.Double ||
          dataType === DataType.Float ||
          (INTEGERS.includes(dataType) && Number.isInteger(value))
  if (!fits) throw new Error(`A ${typeof value} does not fit a variable of type ${DataType[dataType]}.`)
  return { dataType, value }
}
