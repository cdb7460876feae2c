import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nab } from './nab.ts'

test('without the benchmark files it says so and runs on generated data, finding what was put in', async () => {
  const lines: string[] = []
  const result = await nab.run({
    json: false,
    dataFolder: join(tmpdir(), 'no-such-benchmark'),
    options: new Map(),
    print: (line) => lines.push(line),
  })
  expect(lines[0]).toMatch(/no benchmark data/i)
  expect(result.data).toBe('generated')
  expect(result.standardWithRange).toBeGreaterThan(60)
  expect(result.machineTemperatureLeadMinutes).toBeNull()
})
