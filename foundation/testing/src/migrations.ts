import { fileURLToPath } from 'node:url'
import { migrationFolders } from '@millrace/db'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Every folder of migrations in the checkout. */
export const MIGRATION_FOLDERS: readonly string[] = migrationFolders(ROOT)
