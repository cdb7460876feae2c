import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // One PostgreSQL for the run, with a migrated template; each file that needs one copies it.
    globalSetup: ['./foundation/testing/src/setup.ts'],
    exclude: ['**/node_modules/**', 'e2e/**'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Real databases and real processes: more workers only take the cores from each other.
    maxWorkers: 2,
  },
})
