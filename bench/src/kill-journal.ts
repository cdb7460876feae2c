import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32c } from '@millrace/base'

// The journal of a gateway as it lies on the disk, read by its format (apps/edge/src/journal-segment.ts) and not by its program:
// what that would overlook is what a check is for.

const HEAD_BYTES = 28
const CHECKED_FROM = 8

/** The batches in the journal of a gateway that does not run. */
export async function journalledBatches(dir: string): Promise<Uint8Array[]> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith('.segment')).sort()
  const batches: Uint8Array[] = []
  for (const name of names) {
    const bytes = await readFile(join(dir, name))
    for (let at = 0; at + HEAD_BYTES <= bytes.length; ) {
      const end = at + HEAD_BYTES + bytes.readUInt32LE(at)
      if (end > bytes.length || bytes.readUInt32LE(at + 4) !== crc32c(bytes.subarray(at + CHECKED_FROM, end))) break
      batches.push(bytes.subarray(at + HEAD_BYTES, end))
      at = end
    }
  }
  return batches
}
