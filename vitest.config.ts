import { existsSync } from 'node:fs'
import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

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

/** They take minutes. Begun last, each keeps one core busy while the others have nothing left to do. */
const LONG = /\/(authorization|isolation|walls|durability|audit-commands|cluster)\.test\.ts$/

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

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
    sequence: { sequencer: LongFirst },
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
