/** One broken rule at one place. */
export type Violation = {
  /** From the root. */
  readonly file: string
  /** 0 for what concerns the file as such. */
  readonly line: number
  /** The number in the list of rules, or the word for one that has none. */
  readonly rule: string
  readonly sentence: string
}
