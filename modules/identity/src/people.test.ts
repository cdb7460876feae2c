import { newId } from '@millrace/base'
import { type Context, contextOn } from '@millrace/runtime'
import { somebody, test } from '@millrace/testing'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { personMissing } from './contract.ts'
import type { NewGrant } from './grant-contract.ts'
import { createZone } from './network-zones.ts'
import { createPerson, getPerson, listPeople } from './people.ts'
import { updatePerson } from './person-store.ts'
import { lockAccount } from './read-budget-store.ts'

async function given(ctx: Context, people: readonly { name: string; title?: string; grants?: NewGrant[] }[]) {
  await sql`insert into identity.enterprise (name, demo, created_at) values ('Ours', false, ${ctx.now})`.execute(ctx.db)
  const ids = new Map<string, Awaited<ReturnType<typeof createPerson>>>()
  for (const { name, title = '', grants = [] } of people) {
    const email = `${newId(Date.now())}@ours.example`
    ids.set(name, await createPerson(ctx, { name, email, title, grants, passwordHash: null }))
  }
  return ids
}

const names = ({ items }: { items: readonly { name: string }[] }) => items.map(({ name }) => name)

test('people are listed by name, accents aside, each once over all pages', async ({ ctx }) => {
  const sorted = ['Álvaro Ruiz', 'anna Berg', 'Óscar Díaz', 'Oskar Ott', 'Zoë Frei', '’); drop table x; --']
  await given(
    ctx,
    [...sorted].reverse().map((name) => ({ name })),
  )
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await listPeople(ctx, { limit: 2, ...(cursor !== undefined && { cursor }) })
    seen.push(...names(page))
    cursor = page.nextCursor
  } while (cursor !== undefined)
  expect(seen.toSorted()).toEqual(sorted.toSorted())
  const order = (name: string) => seen.indexOf(name)
  expect(order('Álvaro Ruiz')).toBeLessThan(order('Óscar Díaz'))
  expect(order('anna Berg')).toBeLessThan(order('Óscar Díaz'))
  expect(order('Óscar Díaz')).toBeLessThan(order('Zoë Frei'))
  expect(await listPeople(ctx, { cursor: 'no cursor of ours' })).toEqual({ items: [] })
})

test('people are found by state, words, role and zone, and a sign of the search is only a sign', async ({ ctx }) => {
  const administrator = { name: 'Jonas', title: '100 % IT', grants: [{ role: 'it-admin', placeId: null }] }
  const ids = await given(ctx, [
    administrator,
    { name: 'Lena', title: 'Operator' },
    { name: 'Left' },
    { name: 'Locked' },
  ])
  await createZone(ctx, { name: 'Office', ranges: ['10.0.0.0/8'] })
  const email = 'urs@ours.example'
  const grants = [{ role: 'maintenance', placeId: null, conditions: { zones: ['Office'] } }]
  await createPerson(ctx, { name: 'Urs', email, title: '', grants, passwordHash: null })
  const idOf = (name: string) => ids.get(name) ?? expect.fail(name)
  await updatePerson(ctx.db, idOf('Left'), { endedAt: ctx.now })
  await lockAccount(ctx.db, idOf('Locked'), ctx.now, 'opened too much')

  expect(names(await listPeople(ctx, {}))).toEqual(['Jonas', 'Left', 'Lena', 'Locked', 'Urs'])
  expect(names(await listPeople(ctx, { state: 'active' }))).toEqual(['Jonas', 'Lena', 'Urs'])
  expect(names(await listPeople(ctx, { state: 'ended' }))).toEqual(['Left'])
  expect(names(await listPeople(ctx, { state: 'locked' }))).toEqual(['Locked'])
  expect(names(await listPeople(ctx, { text: 'OPERAT' }))).toEqual(['Lena'])
  expect(names(await listPeople(ctx, { text: '%' }))).toEqual(['Jonas'])
  expect(names(await listPeople(ctx, { text: '_' }))).toEqual([])
  expect(names(await listPeople(ctx, { role: 'it-admin' }))).toEqual(['Jonas'])
  expect(names(await listPeople(ctx, { zone: 'Office' }))).toEqual(['Urs'])
  expect(names(await listPeople(ctx, { zone: 'Office', role: 'it-admin' }))).toEqual([])
})

test('who sees the people of one plant finds nobody who holds nothing there', async ({ ctx, runtime }) => {
  const here = newId(Date.now())
  const there = newId(Date.now())
  const ids = await given(ctx, [
    { name: 'Everywhere', grants: [{ role: 'executive', placeId: null }] },
    { name: 'None' },
  ])
  const onlyHere = somebody(ctx.enterpriseId, { 'identity:person:read': [here] })
  const asOnlyHere = <T>(act: (ctx: Context) => Promise<T>) => contextOn(runtime, onlyHere, act, (run) => run(ctx.db))
  expect(names(await asOnlyHere((mine) => listPeople(mine, {})))).toEqual(['Everywhere'])
  expect(names(await asOnlyHere((mine) => listPeople(mine, { siteId: there })))).toEqual([])
  const none = ids.get('None') ?? expect.fail()
  await expect(asOnlyHere((mine) => getPerson(mine, none))).rejects.toBeProblem(personMissing)
})
