/** Every order of the numbers below `length`, each made of the one before by one exchange (B. R. Heap, 1963). The array is the same one each time. */
export function* allSequences(length: number): Generator<Int32Array, void, void> {
  const sequence = Int32Array.from({ length }, (_, job) => job)
  const counts = new Int32Array(length)
  yield sequence
  for (let i = 1; i < length; ) {
    const count = counts[i] ?? 0
    if (count === i) {
      counts[i] = 0
      i += 1
      continue
    }
    const other = i % 2 === 0 ? 0 : count
    const kept = sequence[i] ?? 0
    sequence[i] = sequence[other] ?? 0
    sequence[other] = kept
    counts[i] = count + 1
    i = 1
    yield sequence
  }
}
