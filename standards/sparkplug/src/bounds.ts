/**
 * The bounds of the codec. A device chooses what it sends; these keep one message from taking more memory or time than a
 * real edge node ever needs. Each is far above what controllers in use send.
 */
export const BOUNDS = {
  payloadBytes: 1024 * 1024,
  metrics: 10_000,
  nameBytes: 1024,
  stringBytes: 64 * 1024,
  /** Message levels: payload, metric, property set, … [T-D3]. */
  depth: 16,
  properties: 256,
  columns: 256,
  /** Rows × columns of one data set. */
  cells: 65_536,
  arrayElements: 262_144,
  parameters: 256,
} as const
