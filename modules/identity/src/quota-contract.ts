import { Instant } from '@millrace/base'
import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }

/** One quota of the company and what it uses of it. */
const LimitUse = Type.Object(
  {
    /** `requests` and `samples` are per second, the others at the same time; `…Each` is for one person or key. */
    quota: Type.Union([
      Type.Literal('requests'),
      Type.Literal('requestsEach'),
      Type.Literal('samples'),
      Type.Literal('sockets'),
      Type.Literal('socketsEach'),
      Type.Literal('queries'),
      Type.Literal('exports'),
    ]),
    /** Null = unlimited. */
    amount: Type.Union([Type.Number(), Type.Null()]),
    /** In this server, now. */
    now: Type.Number(),
    /** The most today (UTC), in any server. */
    peakToday: Type.Number(),
    /** The most of the last seven days with today, in any server. */
    peakWeek: Type.Number(),
  },
  closed,
)

/** Somebody who was told to wait. */
export const LimitedHolder = Type.Object(
  {
    quota: LimitUse.properties.quota,
    kind: Type.String(),
    name: Type.String(),
    /** How often on that day. */
    count: Type.Integer(),
    lastAt: Instant,
  },
  closed,
)
export type LimitedHolder = Static<typeof LimitedHolder>

export const Limits = Type.Object(
  {
    limits: Type.Array(LimitUse),
    /** In the last seven days, the newest first, at most fifty. */
    limited: Type.Array(LimitedHolder),
    storedBytes: Type.Number(),
    storedAt: Instant,
  },
  closed,
)
export type Limits = Static<typeof Limits>
