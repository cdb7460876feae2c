const LENGTH_BYTES_MAX = 4

/**
 * Looks at the sizes that packets announce, before anything of them is kept: a fixed header is one byte of type and up to four
 * of length [MQTT-2.2.3]. Feed it everything that comes, in any pieces.
 *
 * @param firstMax bytes the first packet may have: what somebody unknown may make us keep.
 * @param max      bytes of each later one.
 * @returns whether all is within the bounds; once false, it stays so.
 */
export function packetGuard(firstMax: number, max: number): (piece: Uint8Array) => boolean {
  let most = firstMax
  /** Of the packet's body, still to come. */
  let left = 0
  /** Bytes of the header that were seen. */
  let headerBytes = 0
  let length = 0
  let isWithin = true
  return (piece) => {
    let at = 0
    while (isWithin && at < piece.length) {
      if (left > 0) {
        const skipped = Math.min(left, piece.length - at)
        left -= skipped
        at += skipped
        continue
      }
      const byte = piece[at] ?? 0
      at += 1
      headerBytes += 1
      if (headerBytes === 1) continue
      length += (byte & 0x7f) * 128 ** (headerBytes - 2)
      const goesOn = byte >= 0x80
      if (length > most || (goesOn && headerBytes > LENGTH_BYTES_MAX)) isWithin = false
      if (goesOn) continue
      left = length
      most = max
      length = 0
      headerBytes = 0
    }
    return isWithin
  }
}
