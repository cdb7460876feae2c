/** Reflected polynomials: IEEE 802.3, and Castagnoli (RFC 3720 §12.1), which finds more burst errors in long records. */
const CRC32 = tableOf(0xedb88320)
const CRC32C = tableOf(0x82f63b78)

/** CRC-32 as in IEEE 802.3, gzip and PNG. @returns 0…2^32-1. */
export function crc32(bytes: Uint8Array): number {
  return checksum(CRC32, bytes)
}

/** CRC-32C (Castagnoli) as in iSCSI and ext4. @returns 0…2^32-1. */
export function crc32c(bytes: Uint8Array): number {
  return checksum(CRC32C, bytes)
}

function checksum(table: Uint32Array, bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (let index = 0; index < bytes.length; index += 1) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}

function tableOf(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    return crc
  })
}
