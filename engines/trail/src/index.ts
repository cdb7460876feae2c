export { createTrailCheck, type TrailCheck, type TrailReport } from './check.ts'
export type { Finding, FindingKind } from './finding.ts'
export {
  TRAIL_FORMAT,
  type TrailKey,
  type TrailLine,
  type WitnessLine,
  witnessLines,
} from './line.ts'
