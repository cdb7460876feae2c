import { isProblem, type Problem } from '@millrace/base'
import { expect, test, vi } from 'vitest'
import { parseQuotas, quotasOf } from './quota-settings.ts'
import { createQuotas, DEFAULT_QUOTAS, type Holder, limited, NO_QUOTAS, type Quotas } from './quotas.ts'
import { createTurns } from './turns.ts'

const person = (id: string, enterpriseId = 'a'): Holder => ({ kind: 'person', id, name: id, enterpriseId })

/** Quotas with a clock that is turned by hand. */
function given(amounts = DEFAULT_QUOTAS): { quotas: Quotas; pass: (ms: number) => void } {
  let nowMs = 0
  return {
    quotas: createQuotas(
      () => amounts,
      () => nowMs,
    ),
    pass: (ms) => {
      nowMs += ms
    },
  }
}

function refusal(act: () => unknown): Problem {
  try {
    act()
  } catch (error) {
    if (isProblem(error, limited)) return error
    throw error
  }
  throw new Error('It was not refused.')
}

/** How many of so many requests pass. */
function passing(quotas: Quotas, holder: Holder, count: number): number {
  let passed = 0
  for (let index = 0; index < count; index += 1) {
    try {
      quotas.check(holder, 'requestsEach')
      quotas.check(holder, 'requests')
      quotas.charge(holder, 'requests', 1)
      quotas.charge(holder, 'requestsEach', 1)
      passed += 1
    } catch (error) {
      if (!isProblem(error, limited)) throw error
    }
  }
  return passed
}

// proves: T-B8 (in part: the counting)
test('one person is held at fifty requests a second, and does not use up the company’s five hundred', () => {
  const { quotas, pass } = given()
  expect(passing(quotas, person('script'), 5000)).toBe(200) // four seconds' worth after a quiet time
  for (let second = 0; second < 5; second += 1) {
    pass(1000)
    expect(passing(quotas, person('script'), 500)).toBe(50)
    expect(passing(quotas, person('mia'), 10)).toBe(10)
  }
})

test('a company of many people is held at its own rate, and its neighbour is not', () => {
  const { quotas, pass } = given()
  const everybody = (enterpriseId: string) => {
    let passed = 0
    for (let who = 0; who < 100; who += 1) passed += passing(quotas, person(`p${who}`, enterpriseId), 30)
    return passed
  }
  expect(everybody('a')).toBe(1000) // two seconds' worth
  pass(1000)
  expect(everybody('a')).toBe(500)
  expect(everybody('b')).toBe(1000)
})

test('samples may come at twice the rate for a minute, a batch is taken whole, and the wait says how long', () => {
  const { quotas, pass } = given({ ...DEFAULT_QUOTAS, samples: 5000 })
  const gateway: Holder = { kind: 'gateway', id: 'g', name: 'Gateway', enterpriseId: 'a' }
  let taken = 0
  for (let second = 0; second < 120; second += 1) {
    for (let batch = 0; batch < 4; batch += 1) {
      try {
        quotas.check(gateway, 'samples')
        quotas.charge(gateway, 'samples', 2500)
        taken += 2500
      } catch (error) {
        if (!isProblem(error, limited)) throw error
      }
    }
    pass(1000)
  }
  // 10,000 a second for a minute, 5,000 a second for another.
  expect(taken).toBeGreaterThanOrEqual(895_000)
  expect(taken).toBeLessThanOrEqual(905_000)
  quotas.charge(gateway, 'samples', 50_000)
  const problem = refusal(() => quotas.check(gateway, 'samples'))
  const waitMs = Number(problem.data.retryAfterMs)
  pass(waitMs - 50)
  expect(refusal(() => quotas.check(gateway, 'samples')).data.quota).toBe('samples')
  pass(50)
  quotas.check(gateway, 'samples')
})

test('fifty thousand signals once a second are within the default, hour after hour', () => {
  const { quotas, pass } = given()
  const gateway: Holder = { kind: 'gateway', id: 'g', name: 'Gateway', enterpriseId: 'a' }
  for (let second = 0; second < 3600; second += 1) {
    quotas.check(gateway, 'samples')
    quotas.charge(gateway, 'samples', 50_000)
    pass(1000)
  }
})

test('servers that share the work give a part each', () => {
  const { quotas, pass } = given()
  quotas.shareAmong(2)
  passing(quotas, person('script'), 1000)
  pass(1000)
  expect(passing(quotas, person('script'), 500)).toBe(25)
})

test('sockets are held and given back, once', () => {
  const { quotas } = given({ ...DEFAULT_QUOTAS, sockets: 3, socketsEach: 2 })
  const first = quotas.hold(person('mia'), 'sockets')
  quotas.hold(person('mia'), 'sockets')
  expect(refusal(() => quotas.hold(person('mia'), 'sockets')).data.quota).toBe('socketsEach')
  quotas.hold(person('tom'), 'sockets')
  expect(refusal(() => quotas.hold(person('eva'), 'sockets')).data.quota).toBe('sockets')
  quotas.hold(person('eva', 'b'), 'sockets')
  first()
  first()
  quotas.hold(person('eva'), 'sockets')
  expect(() => quotas.hold(person('tom'), 'sockets')).toThrow()
})

test('what was used and refused is told once, with who it was', () => {
  const { quotas, pass } = given({ ...DEFAULT_QUOTAS, sockets: 1 })
  passing(quotas, person('script'), 300)
  quotas.hold(person('mia'), 'sockets')
  expect(() => quotas.hold(person('mia'), 'sockets')).toThrow()
  pass(10_000)
  const [told] = quotas.takeUse()
  expect(told?.use.find((one) => one.quota === 'requests')).toMatchObject({ amount: 500, peak: 20 })
  expect(told?.use.find((one) => one.quota === 'sockets')).toMatchObject({ amount: 1, now: 1, peak: 1 })
  expect(told?.limited.map(({ quota, holder, count }) => [quota, holder.name, count])).toEqual([
    ['requestsEach', 'script', 100],
    ['sockets', 'mia', 1],
  ])
  expect(quotas.takeUse()[0]?.limited).toEqual([])
})

test('without quotas nothing is refused, and people who were not seen for long are forgotten', () => {
  const { quotas, pass } = given(NO_QUOTAS)
  for (let who = 0; who < 20_000; who += 1) expect(passing(quotas, person(`p${who}`), 1)).toBe(1)
  quotas.charge(person('p'), 'samples', 1e12)
  quotas.check(person('p'), 'samples')
  pass(700_000)
  expect(quotas.takeUse()).toHaveLength(1)
  expect(quotas.takeUse()).toHaveLength(0)
})

// proves: T-B8 (in part: fair queues)
test('tenants take turns, whoever asks most', async () => {
  const turns = createTurns(() => 2, 3)
  const began: string[] = []
  const ends: (() => void)[] = []
  const ask = (tenant: string) =>
    turns.wait(tenant).then((end) => {
      if (!end) throw new Error('It was not its turn.')
      began.push(tenant)
      ends.push(end)
    })
  const asked = [...Array<string>(8).fill('a'), 'b', 'b', 'c'].map(ask)
  await vi.waitFor(() => expect(began).toHaveLength(3))
  expect(began).toEqual(['a', 'a', 'b'])
  while (began.length < 11) {
    ends.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(asked)
  // b and c are through while a still waits.
  expect(
    began
      .slice(0, 7)
      .filter((tenant) => tenant !== 'a')
      .sort(),
  ).toEqual(['b', 'b', 'c'])
})

test('nobody waits for ever, nor in an endless row', async () => {
  const turns = createTurns(() => 1, 8, 30)
  const end = await turns.wait('a')
  const row = Array.from({ length: 40 }, () => turns.wait('a'))
  expect(await Promise.all(row)).toEqual(Array(40).fill(undefined))
  end?.()
  end?.()
  expect(await turns.wait('a')).toBeTypeOf('function')
  expect(await turns.wait('b')).toBeTypeOf('function')
})

test('quotas are written for everybody and for one company', () => {
  const company = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11'
  const { settings, faults } = parseQuotas(`samples=20000, queries=8,${company}:samples=unlimited`)
  expect(faults).toEqual([])
  const amountsOf = quotasOf(settings)
  expect(amountsOf('anybody')).toEqual({ ...DEFAULT_QUOTAS, samples: 20_000, queries: 8 })
  expect(amountsOf(company)).toEqual({ ...DEFAULT_QUOTAS, samples: Number.POSITIVE_INFINITY, queries: 8 })
  expect(parseQuotas('').settings.everybody).toEqual(DEFAULT_QUOTAS)
  for (const wrong of ['samples', 'samples=', 'samples=0', 'samples=-1', 'sample=1', 'x:samples=1', 'toString=5']) {
    expect(parseQuotas(wrong).faults, wrong).toHaveLength(1)
  }
})
