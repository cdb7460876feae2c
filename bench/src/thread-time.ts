/**
 * Processor time of the one thread that searches, in milliseconds: what others do on the machine does not count, nor do the
 * compiler and the collector of garbage beside it.
 */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** True once this thread has worked for so many more processor seconds; asks the system every few calls only. */
export function threadBudget(seconds: number, callsBetween = 16): () => boolean {
  const endMs = threadMs() + seconds * 1000
  let calls = 0
  let over = false
  return () => {
    if (!over && calls++ % callsBetween === 0) over = threadMs() >= endMs
    return over
  }
}
