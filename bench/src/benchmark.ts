/** What a benchmark is given: everything after its name on the command line. */
export type BenchmarkArguments = {
  /** Only the result is wanted, as one JSON object on the last line; `print` is then silent. */
  json: boolean
  /** Value of `--data`: the folder with the benchmark's data, when it is not the usual one. */
  dataFolder: string | undefined
  /** `--name value` pairs that are neither of the above; a flag without a value is 'true'. */
  options: ReadonlyMap<string, string>
  /** A line for people. */
  print(line: string): void
}

type Figure = number | string | boolean | null

/** Figures by name; those of several sets of data by the name of the set. */
export type BenchmarkResult = Record<string, Figure | Readonly<Record<string, Figure>>>

/** One benchmark: `npm run bench -- NAME`. Add yours to the list in `benchmarks.ts`. */
export type Benchmark = {
  name: string
  /** One line for the list. */
  summary: string
  /** @returns figures with their units in the names, as they are printed. */
  run(args: BenchmarkArguments): BenchmarkResult | Promise<BenchmarkResult>
}
