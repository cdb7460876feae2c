export type { PoolClient } from 'pg'
export { type Migration, migrate, readMigrations } from './migrate.ts'
export { type Database, type DatabaseRole, type Db, openPool, type Pool, STATEMENT_TIMEOUT_MS } from './pool.ts'
export { databaseUnavailable, violates } from './violations.ts'
