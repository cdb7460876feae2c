import type { ModelData, VariableType } from 'highs'

/** Terms of a row: column and factor. A column may come twice. */
export type Terms = readonly (readonly [column: number, factor: number])[]

/** A linear model under construction: columns with their bounds and costs, then rows over them. The least cost is wanted. */
export class LinearModel {
  readonly #costs: number[] = []
  readonly #lowers: number[] = []
  readonly #uppers: number[] = []
  readonly #kinds: VariableType[] = []
  readonly #rowLowers: number[] = []
  readonly #rowUppers: number[] = []
  readonly #starts: number[] = [0]
  readonly #indices: number[] = []
  readonly #values: number[] = []

  get columnCount(): number {
    return this.#costs.length
  }

  /** @returns the number of the column */
  column(cost: number, upper = Number.POSITIVE_INFINITY, kind: 'real' | 'whole' = 'real'): number {
    this.#costs.push(cost)
    this.#lowers.push(0)
    this.#uppers.push(upper)
    this.#kinds.push(kind === 'whole' ? 1 : 0)
    return this.#costs.length - 1
  }

  /** @returns the number of the row */
  row(lower: number, upper: number, terms: Terms): number {
    const sums = new Map<number, number>()
    for (const [column, factor] of terms) sums.set(column, (sums.get(column) ?? 0) + factor)
    for (const [column, factor] of sums) {
      this.#indices.push(column)
      this.#values.push(factor)
    }
    this.#starts.push(this.#indices.length)
    this.#rowLowers.push(lower)
    this.#rowUppers.push(upper)
    return this.#rowLowers.length - 1
  }

  equal(value: number, terms: Terms): number {
    return this.row(value, value, terms)
  }

  atMost(value: number, terms: Terms): number {
    return this.row(Number.NEGATIVE_INFINITY, value, terms)
  }

  /** Lets a column have no other value from now on. */
  fix(column: number, value: number): void {
    this.#lowers[column] = value
    this.#uppers[column] = value
  }

  /** Lets columns have values between the whole ones. */
  relax(): void {
    this.#kinds.fill(0)
  }

  /** As the solver wants it. */
  data(): ModelData {
    const [numCols, numRows] = [this.#costs.length, this.#rowLowers.length]
    return {
      ...{ numCols, numRows, colCost: this.#costs, colLower: this.#lowers, colUpper: this.#uppers },
      ...{ rowLower: this.#rowLowers, rowUpper: this.#rowUppers },
      ...(this.#kinds.includes(1) && { integrality: this.#kinds }),
      matrix: {
        ...{ format: 'csr', numRows, numCols },
        ...{ starts: this.#starts, indices: this.#indices, values: this.#values },
      },
    }
  }
}
