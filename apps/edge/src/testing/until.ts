const LIMIT_MS = 15_000
const LOOK_EVERY_MS = 10

/** Waits until a condition gives something; fails with the sentence when it takes too long. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const endMs = performance.now() + LIMIT_MS
  while (true) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > endMs) throw new Error(`It took too long until ${what}.`)
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS))
  }
}
