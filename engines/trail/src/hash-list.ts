const HASH_BYTES = 32

/** A long list of hashes of 32 bytes, packed: a million of them are 32 MiB. */
export class HashList {
  #bytes = new Uint8Array(1024 * HASH_BYTES)
  #length = 0

  get length(): number {
    return this.#length
  }

  push(hash: Uint8Array): void {
    const at = this.#length * HASH_BYTES
    if (at === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes.set(hash.subarray(0, HASH_BYTES), at)
    this.#length += 1
  }

  /** @returns undefined outside the list. */
  at(index: number): Uint8Array | undefined {
    if (!(index >= 0 && index < this.#length)) return undefined
    return this.#bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)
  }
}
