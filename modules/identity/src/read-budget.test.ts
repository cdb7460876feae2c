import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unlockPerson } from './read-budget.ts'
import { DESIGNS_TOPIC, type DesignOffice, openDesignOffice, SITES } from './testing/designs.ts'

let office: DesignOffice
let url: string

beforeAll(async () => {
  office = await openDesignOffice()
  url = `${await office.app.listen({ host: '127.0.0.1', port: 0 })}/api/v1`
  await office.add('jonas', 'it-admin')
  await office.add('priya', 'it-admin')
})
afterAll(() => office.end())

const OBJECTS = 1000
const AT_ONCE = 8
/** Threat model: a script is stopped within five seconds and two hundred objects. */
const STOPPED_MS = 5000
const STOPPED_OBJECTS = 200

/** Reads designs of three plants as fast as the server answers, until it is refused. @returns how many it got */
async function steal(prefix: string, headers: Readonly<Record<string, string>>): Promise<number> {
  let [next, got] = [0, 0]
  const work = async () => {
    while (next < OBJECTS) {
      const index = next
      next += 1
      const answer = await fetch(`${url}/designs/${SITES[index % 3]}/${prefix}-${index}`, { headers })
      if (answer.status === 401) return
      expect(answer.status, await answer.text()).toBe(200)
      got += 1
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return got
}

async function locksOf(holderId: string) {
  const { rows } = await office.inSystem((ctx) =>
    sql<{ object: string; reason: string; detail: { told: string[] } }>`select object, reason, detail from audit.event
      where action = 'identity.account.lock' and actor_id = ${holderId}`.execute(ctx.db),
  )
  return rows
}

// proves: T-B7
test.each(['session', 'key'] as const)(
  'a script that reads designs of three plants with a stolen %s is stopped within five seconds and two hundred objects',
  async (means) => {
    const person = await office.add(`victim-of-a-stolen-${means}`, 'engineer')
    const thief = means === 'session' ? person : await office.addKey('Nightly copy', 'engineer', person.id)
    const own = await office.addKey(`Own key beside the ${means}`, 'engineer', person.id)
    expect((await fetch(`${url}/designs/plants`, { headers: own.headers })).status).toBe(200)
    const stream = await fetch(`${url}/live?watch=${DESIGNS_TOPIC}`, { headers: thief.headers })
    expect(stream.status).toBe(200)
    const over = drained(stream)
    const announcedBefore = await announced()

    const beganAtMs = performance.now()
    const got = await steal(means, thief.headers)
    await over
    const stoppedAfterMs = performance.now() - beganAtMs
    expect(got).toBeGreaterThan(0)
    expect(got).toBeLessThan(STOPPED_OBJECTS)
    expect(stoppedAfterMs).toBeLessThan(STOPPED_MS)

    const [lock, ...more] = await locksOf(thief.id)
    expect(more).toEqual([])
    expect(lock?.object).toBe(`${means === 'key' ? 'key' : 'person'} ${thief.id}`)
    expect(lock?.detail.told).toEqual(['jonas', 'priya'])
    expect(lock?.reason).toContain('trade-secret objects in 3 plants')
    expect(await announced()).toBe(announcedBefore + 1)
    expect((await fetch(`${url}/designs/plants`, { headers: thief.headers })).status).toBe(401)
    if (means === 'key') return
    expect((await fetch(`${url}/designs/plants`, { headers: own.headers })).status).toBe(401)
    const back = await fetch(`${url}/identity/demo-sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ personId: thief.id }),
    })
    expect(await back.json()).toMatchObject({ status: 403, code: 'identity/person-locked' })
    await office.inSystem((ctx) => unlockPerson(ctx, person.id, 'It was a drill.'))
    expect((await fetch(`${url}/designs/plants`, { headers: own.headers })).status).toBe(200)
  },
  60_000,
)

/**
 * A shift as an engineer at three plants and the head of personnel work it: hour by hour, what each opens. All of it at
 * once, within one hour and mostly within ten minutes: what is not too much then is not too much in eight hours.
 */
const SHIFT = Array.from({ length: 8 }, (_, hour) => ({
  /** The recipes of the machines one looks after, again and again; a new one now and then, mostly at the own plant. */
  designs: [
    ...Array.from({ length: 40 }, (__, look) => [SITES[0], `machine-${look % 12}`] as const),
    [SITES[0], `new-${hour}`] as const,
    ...(hour % 4 === 0 ? [[SITES[1], `compared-${hour}`] as const] : []),
    ...(hour === 5 ? [[SITES[2], 'compared-with-the-third'] as const] : []),
  ],
  people: Array.from({ length: 12 }, (__, look) => `employee-${hour * 12 + look}`),
}))

// proves: T-B7
test('a replayed shift locks nobody', async () => {
  const engineer = await office.add('chiara', 'engineer')
  const personnel = await office.add('nadia', 'it-admin')
  let opened = 0
  for (const { designs, people } of SHIFT) {
    for (const [siteId, design] of designs) {
      const answer = await fetch(`${url}/designs/${siteId}/${design}`, { headers: engineer.headers })
      expect(answer.status, design).toBe(200)
      opened += 1
    }
    for (const name of people) {
      const { id } = await office.add(name, 'operator')
      for (const path of [`people/${id}`, `people/${id}/sessions`, `people/${id}/factors`, `people/${id}/access`]) {
        const answer = await fetch(`${url}/identity/${path}`, { headers: personnel.headers })
        expect(answer.status, `${name} ${path}`).toBe(200)
        opened += 1
      }
    }
  }
  expect(opened).toBeGreaterThan(700)
  expect([...(await locksOf(engineer.id)), ...(await locksOf(personnel.id))]).toEqual([])
}, 120_000)

async function announced(): Promise<number> {
  const { rows } = await office.inSystem((ctx) =>
    sql<{ n: number }>`select count(*)::int as n from runtime.outbox where type = 'identity.account-locked'`.execute(
      ctx.db,
    ),
  )
  return rows[0]?.n ?? 0
}

async function drained(answer: Response): Promise<void> {
  const reader = answer.body?.getReader()
  while (reader && !(await reader.read()).done);
}
