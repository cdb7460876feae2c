import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkImports } from './check-imports.ts'
import { cyclesIn } from './imports/cycles.ts'

// A small Millrace in which every rule holds. Each case adds one file that breaks one.
const PACKAGES: Record<string, string[]> = {
  'foundation/base': [],
  'foundation/db': ['@millrace/base', 'pg'],
  'foundation/runtime': ['@millrace/base', '@millrace/db'],
  'foundation/http': ['@millrace/base', '@millrace/db', '@millrace/runtime'],
  'foundation/ui': ['@millrace/base'],
  'foundation/testing': ['@millrace/http'],
  'standards/sparkplug': ['@millrace/base'],
  'engines/signals': ['@millrace/base', '@millrace/sparkplug'],
  'modules/plant': [
    '@millrace/base',
    '@millrace/db',
    '@millrace/runtime',
    '@millrace/http',
    '@millrace/ui',
    'kysely',
    'fastify',
  ],
  'modules/control': ['@millrace/base', '@millrace/plant', '@millrace/runtime', 'kysely', 'react'],
  'apps/server': ['@millrace/plant', '@millrace/control', '@millrace/base'],
  'apps/edge': ['@millrace/base', '@millrace/plant', '@millrace/server'],
}
const FILES: Record<string, string> = {
  'foundation/base/src/index.ts': `export const now = 1`,
  'foundation/db/src/index.ts': `import pg from 'pg'\nexport const pool = pg`,
  'foundation/runtime/src/index.ts': `export type { pool } from '@millrace/db'`,
  'foundation/http/src/index.ts': `import '@millrace/runtime'`,
  'foundation/ui/src/index.ts': `import '@millrace/base'`,
  'foundation/testing/src/index.ts': `import '@millrace/http'`,
  'standards/sparkplug/src/index.ts': `import '@millrace/base'`,
  'engines/signals/src/index.ts': `import '@millrace/sparkplug'`,
  'engines/signals/src/fit-worker.ts': `import 'node:worker_threads'`,
  'modules/plant/src/contract.ts': `import '@millrace/base'`,
  'modules/plant/src/rules.ts': `import './contract.ts'`,
  'modules/plant/src/store.ts': `import 'kysely'\nimport './contract.ts'\nimport type { Reach } from '@millrace/runtime'`,
  'modules/plant/src/service.ts': `import './rules.ts'\nimport './store.ts'`,
  'modules/plant/src/service.test.ts': `import '@millrace/testing'\nimport './given-plant.ts'`,
  'modules/plant/src/given-plant.ts': `import './store.ts'\nimport 'kysely'`,
  'modules/plant/src/routes.ts': `import 'fastify'\nimport './service.ts'`,
  'modules/plant/src/index.ts': `import './routes.ts'\nimport '@millrace/http'`,
  'modules/plant/src/web/index.ts': `import '../contract.ts'\nimport '@millrace/ui'`,
  'modules/control/src/index.ts': `import '@millrace/plant'`,
  'modules/control/src/contract.ts': `import '@millrace/plant/contract'`,
  'modules/control/src/web/index.ts': `import '@millrace/plant/web'\nimport 'react'`,
  'apps/server/src/config.ts': `export const port = process.env.PORT`,
  'apps/server/src/main.ts': `import './modules.ts'\n// process.env is read elsewhere`,
  'apps/server/src/modules.ts': `import { plant } from '@millrace/plant'\nimport { control } from '@millrace/control'\nexport const modules = [plant, control]`,
  'apps/edge/src/main.ts': `import 'node:fs'`,
}

let root: string
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'millrace imports '))
  const workspaces = ['foundation/*', 'standards/*', 'engines/*', 'modules/*', 'apps/*']
  write('package.json', JSON.stringify({ name: 'millrace', workspaces }))
  for (const [folder, dependencies] of Object.entries(PACKAGES)) {
    const module = { '.': './src/index.ts', './contract': './src/contract.ts', './web': './src/web/index.ts' }
    const json = {
      name: `@millrace/${path.basename(folder)}`,
      exports: folder.startsWith('modules/') ? module : { '.': './src/index.ts' },
      dependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])),
      devDependencies: { '@millrace/testing': '*', vitest: '*' },
    }
    write(`${folder}/package.json`, JSON.stringify(json))
  }
  for (const [file, text] of Object.entries(FILES)) write(file, text)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  writeFileSync(path.join(root, file), text)
}

test('a tree that keeps every rule passes', () => {
  expect(checkImports(root)).toEqual([])
})

test.each([
  ['1', 'a standard uses the database', 'standards/sparkplug/src/x.ts', `import '@millrace/db'`],
  ['1', 'an engine uses a module', 'engines/signals/src/x.ts', `import '@millrace/plant'`],
  ['1', 'the foundation uses a standard', 'foundation/runtime/src/x.ts', `import '@millrace/sparkplug'`],
  ['1', 'the database uses the runtime', 'foundation/db/src/x.ts', `import '@millrace/runtime'`],
  ['1', 'the web foundation uses the server foundation', 'foundation/ui/src/x.ts', `import '@millrace/http'`],
  ['1', 'an app uses an app', 'apps/edge/src/x.ts', `import '@millrace/server'`],
  ['2', 'a module uses a later one', 'modules/plant/src/x.ts', `import '@millrace/control'`],
  ['3', 'a file of another package by its path', 'modules/control/src/x.ts', `import '../../plant/src/store.ts'`],
  ['3', 'a file of another module by its name', 'modules/control/src/x.ts', `import '@millrace/plant/store'`],
  ['4', 'rules read the database', 'modules/plant/src/move-rules.ts', `import './store.ts'`],
  ['4', 'a contract leans on the runtime', 'modules/plant/src/gateway-contract.ts', `import '@millrace/runtime'`],
  ['4', 'a store calls a use case', 'modules/plant/src/gateway-store.ts', `import './service.ts'`],
  [
    '4',
    'a store uses more of the runtime than types',
    'modules/plant/src/gateway-store.ts',
    `import { x } from '@millrace/runtime'`,
  ],
  ['4', 'a use case writes SQL', 'modules/plant/src/enrol.ts', `import { sql } from 'kysely'`],
  ['4', 'a use case knows Fastify', 'modules/plant/src/enrol.ts', `import type { FastifyRequest } from 'fastify'`],
  ['4', 'a route reads the database', 'modules/plant/src/gateway-routes.ts', `export * from './store.ts'`],
  ['4', 'a screen calls a use case', 'modules/plant/src/web/x.tsx', `import '../service.ts'`],
  ['4', 'a screen uses the server face of a module', 'modules/control/src/web/x.tsx', `import '@millrace/plant'`],
  [
    '4',
    'a use case imports lazily what it may not',
    'modules/plant/src/enrol.ts',
    `const x = await import('@millrace/ui')`,
  ],
  ['5', 'a package that is not declared', 'modules/plant/src/x.ts', `import 'left-pad'`],
  ['5', 'a development package in the product', 'modules/plant/src/x.ts', `import 'vitest'`],
  ['5', 'a built-in module without node:', 'apps/server/src/x.ts', `import 'fs'`],
  ['6', 'Node in a standard', 'standards/sparkplug/src/x.ts', `import { Buffer } from 'node:buffer'`],
  ['6', 'Node in the core of an engine', 'engines/signals/src/x.ts', `import 'node:fs'`],
  ['6', 'Node in rules', 'modules/plant/src/move-rules.ts', `import 'node:crypto'`],
  ['6', 'Node in a screen', 'modules/plant/src/web/x.tsx', `import 'node:path'`],
  ['7', 'test support in the product', 'foundation/http/src/x.ts', `import '@millrace/testing'`],
  ['7', 'what tests are given in the product', 'modules/plant/src/x.ts', `import './given-plant.ts'`],
  ['8', 'a file that is called utils', 'modules/plant/src/utils.ts', ''],
  ['8', 'a file that ends in helpers', 'apps/server/src/date-helpers.test.ts', ''],
  ['8', 'a folder that is called shared', 'apps/server/src/shared/port.ts', ''],
  ['environment', 'a variable read anywhere', 'apps/server/src/x.ts', `const port = process.env.PORT`],
])('rule %s refuses: %s', (rule, _, file, text) => {
  write(file, text)
  const found = checkImports(root)
  expect(found.map((one) => one.rule)).toContain(rule)
  expect(found.filter((one) => one.rule === rule).every((one) => one.file === file)).toBe(true)
})

test('rule 5 refuses a circle of files, but not one of types alone', () => {
  write('apps/edge/src/a.ts', `import './b.ts'`)
  write('apps/edge/src/b.ts', `import type { A } from './a.ts'`)
  expect(checkImports(root)).toEqual([])

  write('apps/edge/src/b.ts', `import { A } from './a.ts'`)
  expect(checkImports(root).map(({ rule, sentence }) => [rule, sentence])).toEqual([
    ['5', 'Files import each other in a circle: apps/edge/src/a.ts → apps/edge/src/b.ts → apps/edge/src/a.ts.'],
  ])
})

test('rule 5 refuses a circle of packages, with the place of an import that is part of it', () => {
  write('foundation/base/src/x.ts', `import '@millrace/db'`)
  const circle = checkImports(root).find(({ sentence }) => sentence.includes('circle'))
  expect(circle).toBeUndefined() // db does not use base here
  write('foundation/db/src/x.ts', `import '@millrace/base'`)
  expect(checkImports(root).find(({ sentence }) => sentence.includes('Packages import'))?.line).toBe(1)
})

test('the order of modules is the list of the server', () => {
  const list = FILES['apps/server/src/modules.ts']?.replace('[plant, control]', '[control, plant]') ?? ''
  write('apps/server/src/modules.ts', list)
  expect(new Set(checkImports(root).map(({ rule, file }) => `${rule} ${file}`))).toEqual(
    new Set([
      '2 modules/control/src/contract.ts',
      '2 modules/control/src/index.ts',
      '2 modules/control/src/web/index.ts',
    ]),
  )
})

test('every knot of a graph is found once', () => {
  const edges = new Map([
    ['a', ['b']],
    ['b', ['c', 'a']],
    ['c', ['d']],
    ['d', ['c']],
    ['e', ['a']],
  ])
  expect(cyclesIn(edges)).toEqual([
    ['c', 'd'],
    ['a', 'b'],
  ])
})
