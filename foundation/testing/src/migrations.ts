import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Every folder of migrations in the checkout. */
export const MIGRATION_FOLDERS: readonly string[] = globSync(['foundation/*/migrations', 'modules/*/migrations'], {
  cwd: ROOT,
}).map((folder) => ROOT + folder)
