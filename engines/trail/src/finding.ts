/** What was done to a trail. */
export type FindingKind =
  | 'changed' // an event says something else than when it was written
  | 'deleted'
  | 'inserted'
  | 'moved' // an event stands in another place
  | 'cut' // the end is gone
  | 'fork' // two histories were signed, or the signed one is not the one that is there
  | 'head' // a signed head was changed, removed or does not fit what it covers
  | 'witness' // the witness itself was changed
  | 'file' // the export is not whole

export interface Finding {
  readonly kind: FindingKind
  /** Place of the event, from 1. */
  readonly sequence?: number
  /** One sentence for a person. */
  readonly sentence: string
}
