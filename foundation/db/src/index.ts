export type { PoolClient } from 'pg'
export {
  type BackupCatalogue,
  type BackupDatabase,
  type BackupTable,
  backupRefused,
  readDatabase,
  type TableCheck,
} from './backup.ts'
export { LeftTenantError } from './left-tenant.ts'
export { type Migration, migrate, migrationFolders, readMigrations } from './migrate.ts'
export { type Database, type DatabaseRole, type Db, openPool, type Pool, STATEMENT_TIMEOUT_MS } from './pool.ts'
export { metered, type QueryMeter } from './query-meter.ts'
export { type RestoreDatabase, restoreDatabase } from './restore.ts'
export { ours, PLATFORM_TABLES, tenantWall } from './tenant-wall.ts'
export { databaseUnavailable, isStopped, violates } from './violations.ts'
export { within } from './within.ts'
