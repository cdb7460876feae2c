import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { acts } from './trail-act-texts.ts'
import { actsOfRequests } from './trail-request-acts.ts'

const ROOT = path.resolve(import.meta.dirname, '../../../..')
const MODULES = [
  'identity',
  'plant',
  'telemetry',
  'mqtt',
  'materials',
  'control',
  'insight',
  'planning',
  'exchange',
  'demo',
  'http',
]

/** Actions that are put together where they are said, by what they begin with. */
const PUT_TOGETHER: Readonly<Record<string, readonly string[]>> = {
  'demo.breakdown.': ['break', 'repair'],
  'demo.story.': ['start', 'speed', 'reset'],
  'insight.finding.': ['accept', 'dismiss'],
  'materials.receipt.': ['create', 'change', 'cancel'],
  'materials.stock.': ['count', 'receipt', 'issue', 'scrap'],
  'planning.demand.': ['create', 'change', 'cancel', 'complete'],
  'planning.message.': ['do', 'snooze', 'dismiss', 'assign'],
  'planning.order.': ['create', 'change', 'cancel', 'complete'],
  'planning.product.': ['create', 'change'],
  'planning.operator-group.': ['create', 'change', 'remove'],
  'planning.tool.': ['create', 'change', 'remove'],
  'planning.proposal.': ['accept', 'apply', 'dismiss'],
  'planning.tariff.': ['create', 'change', 'remove'],
}
/** Columns as queries name them look alike: `identity.person.id`. */
const COLUMN = /\.(id|name|state)$/
/** What foundation/http counts once somebody makes up ever new refusals. */
const COUNT_OF_OTHERS = 'http.refuse-others'
/** Requests that leave no event: `trail: 'none'`. */
const SILENT = [
  'askAccess',
  'previewEdit',
  'previewSales',
  'reportGateway',
  'searchScimGroups',
  'searchScimUsers',
  'sendBatch',
]

/** Everything in the sources that has the form of an action, `module.noun.verb`. */
function actionsOfSources(): { actions: Set<string>; strangers: string[] } {
  const files = execFileSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', 'modules/*.ts', 'foundation/*.ts', 'apps/*.ts'],
    {
      ...{ cwd: ROOT, encoding: 'utf8' as const },
    },
  )
  const actions = new Set<string>()
  const strangers: string[] = []
  for (const file of files.trim().split('\n')) {
    if (/\.test\.ts$|\/testing\/|\/web\/|node_modules/.test(file)) continue
    const source = readFileSync(path.join(ROOT, file), 'utf8')
    for (const [, action = ''] of source.matchAll(/'([a-z]+\.[a-z-]+\.[a-z-]+)'/g)) {
      if (MODULES.includes(action.split('.')[0] ?? '') && !COLUMN.test(action)) actions.add(action)
    }
    for (const [, start = ''] of source.matchAll(/action: `([^`$]*)\$\{/g)) {
      const ends = PUT_TOGETHER[start]
      for (const end of ends ?? []) actions.add(`${start}${end}`)
      // The frame itself makes `module.operation`, which the test below looks at.
      if (!ends && start !== '') strangers.push(`${file}: ${start}`)
    }
  }
  return { actions, strangers }
}

test('every action that the sources write into the trail has words, and every word an action', () => {
  const { actions, strangers } = actionsOfSources()
  expect(strangers).toEqual([])
  expect(actions.size).toBeGreaterThan(90)
  expect([...actions].filter((action) => !(action in acts)).sort()).toEqual([])
  const known = actions.union(requests()).add(COUNT_OF_OTHERS)
  expect(Object.keys(acts).filter((action) => !known.has(action))).toEqual([])
})

/** What the frame writes of each request that changes something, when its service says nothing. */
function requests(): Set<string> {
  const { paths } = JSON.parse(readFileSync(path.join(ROOT, 'apps/server/openapi.json'), 'utf8')) as {
    paths: Record<string, Record<string, { operationId: string }>>
  }
  const found = Object.entries(paths).flatMap(([url, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId }]) => {
      if (method === 'get' || SILENT.includes(operationId)) return []
      return `${url.split('/')[3]}.${operationId.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    }),
  )
  return new Set(found)
}

test('every request that changes something reads as an act, also when it is refused', () => {
  const tried = (request: string) => (acts[request] ?? acts[actsOfRequests[request] ?? ''])?.tried
  const known = requests()
  expect(known.size).toBeGreaterThan(60)
  expect([...known].filter((request) => tried(request) === undefined)).toEqual([])
  expect(Object.keys(actsOfRequests).filter((request) => !known.has(request))).toEqual([])
})

test('words say who or what, and end as the middle of a sentence does', () => {
  for (const [action, { done, tried }] of Object.entries(acts)) {
    expect(done ?? tried, action).toBeDefined()
    if (done) expect(done, action).toMatch(/\{(who|name)\}|^A /)
    for (const words of [done, tried]) expect(words ?? '', action).not.toMatch(/[.!]$/)
    if (tried) expect(tried, action).toMatch(/^[a-z]/)
  }
})
