import { existsSync } from 'node:fs'
import { configDefaults, defineConfig } from 'vitest/config'

const SETUP = './foundation/testing/src/setup.ts'

// Tests of one process and its files. They do not wait for the database of the others.
const PLAIN = [
  'standards/**/*.test.ts',
  'engines/**/*.test.ts',
  'foundation/{base,ui}/**/*.test.{ts,tsx}',
  'foundation/db/src/embedded*.test.ts',
  'modules/*/src/web/**/*.test.{ts,tsx}',
  'modules/*/src/rules.test.ts',
  'apps/{cli,edge,simulator,web}/**/*.test.{ts,tsx}',
  'bench/**/*.test.ts',
  'tools/**/*.test.ts',
]

const everywhere = {
  testTimeout: 20_000,
  hookTimeout: 60_000,
  // Real databases and real processes: more workers only take the cores from each other.
  maxWorkers: 2,
  // Houses of many tests stand side by side, and few of them have devices.
  env: { MILLRACE_MQTT_PORT: 'off' },
}

export default defineConfig({
  test: {
    projects: [
      { test: { ...everywhere, name: 'plain', include: PLAIN } },
      {
        test: {
          ...everywhere,
          name: 'database',
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...configDefaults.exclude, 'e2e/**', ...PLAIN],
          setupFiles: ['./modules/identity/src/testing/cheap-passwords.ts'],
          // One PostgreSQL for the run, with a migrated template; each file that needs one copies it.
          globalSetup: existsSync(SETUP) ? [SETUP] : [],
        },
      },
    ],
  },
})
