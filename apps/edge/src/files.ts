import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Replaces a file so that after a power cut either the old or the new content is there, never a part.
 * Only the owner can read it.
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.new`
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncFolder(dirname(path))
}

/** Makes creations, renames and deletions in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders; its file systems journal such changes themselves.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** The parsed JSON of a file, undefined when there is none. @throws when it is there and no JSON. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
