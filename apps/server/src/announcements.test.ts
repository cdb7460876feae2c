import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { modules } from './modules.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

test('every domain event says what one must hold to be told of it', () => {
  const files = globSync('modules/*/src/**/*contract.ts', { cwd: ROOT })
  const declared = files.flatMap((file) =>
    [...readFileSync(ROOT + file, 'utf8').matchAll(/eventType\(\s*'([^']+)'/g)].map(([, type]) => type),
  )
  expect(declared.length).toBeGreaterThan(5)
  const announced = modules.flatMap((module) => module.announces ?? []).map(({ type }) => type)
  expect(announced.toSorted()).toEqual(declared.toSorted())
})
