/** Numbers by key, smallest key first; equal keys by the smaller number, so that nothing depends on the order of adding. */
export class Heap {
  readonly #keys: number[] = []
  readonly #items: number[] = []

  get size(): number {
    return this.#items.length
  }

  /** Smallest key; infinite when empty. */
  get key(): number {
    return this.#keys[0] ?? Number.POSITIVE_INFINITY
  }

  push(key: number, item: number): void {
    let i = this.#items.length
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!this.#less(key, item, parent)) break
      this.#move(parent, i)
      i = parent
    }
    this.#keys[i] = key
    this.#items[i] = item
  }

  /** Takes the first out; -1 when empty. */
  pop(): number {
    const first = this.#items[0]
    const key = this.#keys.pop()
    const item = this.#items.pop()
    if (first === undefined || key === undefined || item === undefined) return -1
    const count = this.#items.length
    if (count === 0) return first
    let i = 0
    for (let child = 1; child < count; child = 2 * i + 1) {
      if (child + 1 < count && this.#less(this.#keys[child + 1] ?? 0, this.#items[child + 1] ?? 0, child)) child += 1
      if (this.#less(key, item, child)) break
      this.#move(child, i)
      i = child
    }
    this.#keys[i] = key
    this.#items[i] = item
    return first
  }

  #less(key: number, item: number, than: number): boolean {
    const other = this.#keys[than] ?? 0
    return key < other || (key === other && item < (this.#items[than] ?? 0))
  }

  #move(from: number, to: number): void {
    this.#keys[to] = this.#keys[from] ?? 0
    this.#items[to] = this.#items[from] ?? 0
  }
}
