/** A clock for all processes of this machine, finer than a millisecond. */
export function clockMs(): number {
  return performance.timeOrigin + performance.now()
}
