import { type Static, Type } from 'typebox'

/** Where most of the time of a long read went. */
export const SlowPart = Type.Enum(['permission', 'queue', 'database', 'work', 'send'])
export type SlowPart = Static<typeof SlowPart>

/** One long read that took more than a second, with where its time went, in milliseconds. */
export const SlowReadView = Type.Object({
  atMs: Type.Number(),
  operationId: Type.String(),
  summary: Type.String(),
  seriesCount: Type.Union([Type.Number(), Type.Null()]),
  rangeMs: Type.Union([Type.Number(), Type.Null()]),
  parts: Type.Record(SlowPart, Type.Number()),
  most: SlowPart,
  queryCount: Type.Number(),
  longestQueryMs: Type.Number(),
  totalMs: Type.Number(),
  answerBytes: Type.Union([Type.Number(), Type.Null()]),
  isStopped: Type.Boolean(),
})
export type SlowReadView = Static<typeof SlowReadView>
