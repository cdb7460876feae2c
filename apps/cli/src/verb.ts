/** One word of the command line. */
export type Verb = {
  /** How it is called, without `millrace`. */
  readonly usage: string
  /** What it does, in half a line. */
  readonly summary: string
  /** @returns the exit code. A Problem that is thrown is printed as one sentence. */
  run(args: readonly string[]): Promise<number>
}
