import { newId } from '@millrace/base'
import { defineModule } from '@millrace/http'
import { extend } from '@millrace/runtime'
import { createTestDatabase, testRuntime } from '@millrace/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { companySites, knownPlaces } from './extension-points.ts'
import { identity } from './index.ts'
import type { ImportPlan } from './people-csv-contract.ts'
import { type Browser, type Company, openCompany } from './testing/company.ts'

const SURSEE = newId<'Equipment'>(Date.now())
const ZURICH = newId<'Equipment'>(Date.now())
const SITES = [
  { id: SURSEE, name: 'Sursee' },
  { id: ZURICH, name: 'Zürich' },
]

/** Stands for the module that knows the sites. */
const sites = defineModule({
  name: 'sites',
  extends: [
    extend(companySites, async () => SITES),
    extend(knownPlaces, async (_, ids) => {
      const extent = (id: string) => ({ siteId: id, equipment: 'all' as const })
      return new Map(
        SITES.filter(({ id }) => ids.includes(id)).map((site) => [
          site.id as string,
          { ...extent(site.id), name: site.name, level: 'site' },
        ]),
      )
    }),
  ],
})

let database: Awaited<ReturnType<typeof createTestDatabase>>
let company: Company
let jonas: Browser

beforeAll(async () => {
  database = await createTestDatabase()
  const modules = [{ ...identity, stepUp: async () => undefined }, sites]
  company = await openCompany(testRuntime(database.url), { modules })
  const administrator = await company.addPerson('Jonas', [{ role: 'it-admin', placeId: null }])
  jonas = await company.signIn(administrator)
})
afterAll(async () => {
  await company.app.close()
  await company.runtime.app.close()
  await database.drop()
})

const check = (text: string) => jonas.call<ImportPlan>('POST', '/people/import/check', { text })

async function apply(text: string) {
  const { body, status, code } = await check(text)
  if (status !== 200) throw new Error(`The check was answered ${status} ${code}.`)
  const { fileDigest, planDigest } = body
  return jonas.call('POST', '/people/import', { text, fileDigest, planDigest })
}

async function personOf(email: string) {
  const { body } = await jonas.call('GET', `/people?text=${encodeURIComponent(email)}`)
  return body.items[0]
}

test('people of a file with a byte order mark, semicolons and line breaks are added with their roles', async () => {
  const text =
    '\uFEFFName;E-Mail;Title;Role;Site\r\n' +
    '"Zgraggen\r\nLena";lena@file.example;Milling;operator;sursee\r\n' +
    `;LENA@file.example;;Maintenance;${ZURICH}\r\n` +
    '\r\n' +
    '"Meier; Hans";hans@file.example;;Auditor;Whole Company\r\n'
  const { body: plan } = await check(text)
  expect(plan.counts).toEqual({ create: 2, change: 0, nothing: 0, errors: 0 })
  expect(plan.rows.map(({ row, name, outcome, changes }) => [row, name, outcome, ...changes])).toEqual([
    [2, 'Zgraggen Lena', 'create', 'Gets Operator at Sursee'],
    [3, 'Zgraggen Lena', 'create', 'Gets Maintenance at Zürich'],
    [5, 'Meier; Hans', 'create', 'Gets Auditor in the whole company'],
  ])
  expect(await personOf('lena@file.example'), 'nothing is done yet').toBeUndefined()

  expect(await apply(text)).toMatchObject({ status: 200, body: { create: 2, change: 0, nothing: 0 } })
  const lena = await personOf('lena@file.example')
  expect(lena).toMatchObject({ name: 'Zgraggen Lena', title: 'Milling', email: 'lena@file.example' })
  const held = lena.grants.map(({ role, placeId, siteId }: Record<string, string>) => [role, placeId, siteId])
  expect(held.toSorted()).toEqual([
    ['maintenance', ZURICH, ZURICH],
    ['operator', SURSEE, SURSEE],
  ])
  expect((await check(text)).body.counts).toEqual({ create: 0, change: 0, nothing: 2, errors: 0 })
})

test('a change names what it changes, an empty cell leaves what is there, and each person has an event', async () => {
  await apply('name,email,title,role,site\nAnna Berg,anna@file.example,Fitter,Operator,Sursee\n')
  const text = 'name,email,title,role,site\n,anna@file.example,Lead,Quality,Zürich\nUrs,urs@file.example,,,\n'
  const { body: plan } = await check(text)
  expect(plan.rows[0]).toMatchObject({
    ...{ name: 'Anna Berg', outcome: 'change' },
    changes: ['Title: “Lead” instead of “Fitter”', 'Gets Quality at Zürich', 'Loses Operator at Sursee'],
  })
  expect((await apply(text)).status).toBe(200)
  const anna = await personOf('anna@file.example')
  expect(anna).toMatchObject({ name: 'Anna Berg', title: 'Lead', grants: [{ role: 'quality', placeId: ZURICH }] })

  const { body: own } = await jonas.call('GET', `/audit-events?object=${encodeURIComponent(`person ${anna.id}`)}`)
  expect(own.items.map(({ action }: { action: string }) => action)).toEqual([
    'identity.grant.set',
    'identity.person.change',
    'identity.person.create',
  ])
  const { body } = await jonas.call('GET', '/audit-events?limit=6')
  // Looking at the trail is told too.
  const newest = {
    items: body.items.filter(({ action }: { action: string }) => action !== 'identity.audit.list').slice(0, 4),
  }
  expect(newest.items.map(({ action, actor }: Record<string, string>) => [action, actor])).toEqual([
    ['identity.people.import', 'Jonas'],
    ['identity.person.create', 'Jonas'],
    ['identity.grant.set', 'Jonas'],
    ['identity.person.change', 'Jonas'],
  ])
  expect(new Set(newest.items.map(({ requestId }: { requestId: string }) => requestId)).size).toBe(1)
})

test('whatever is wrong with a row is said by row, column and reason, and then nothing is imported', async () => {
  await apply('name,email\nGone Long,gone@file.example\n')
  const gone = await personOf('gone@file.example')
  await jonas.call('POST', `/people/${gone.id}/end`, {})
  const text = [
    'name,email,title,role,site',
    'Good,good@file.example,,Operator,Sursee',
    'No Address,,,,',
    'Bad,no-address,,,',
    ',new@file.example,,,',
    'A,a@file.example,,Pilot,Sursee',
    'B,b@file.example,,Operator,Atlantis',
    'C,c@file.example,,Operator,',
    'D,d@file.example,,,Sursee',
    'Good,good@file.example,,operator,SURSEE',
    'Other,GOOD@file.example,,Quality,Sursee',
    'Gone Long,gone@file.example,,,',
    'E,e@file.example,,,,more',
    `${'x'.repeat(201)},f@file.example,,,`,
  ].join('\n')
  const { body: plan } = await check(text)
  expect(plan.rows.flatMap(({ row, errors }) => errors.map(({ column, reason }) => [row, column, reason]))).toEqual([
    [3, 'email', 'The e-mail address is missing.'],
    [4, 'email', '“no-address” is no e-mail address.'],
    [5, 'name', 'The name is missing.'],
    [6, 'role', 'There is no role “Pilot”.'],
    [7, 'site', 'There is no site “Atlantis”.'],
    [8, 'site', 'Name the site, or write “whole company”.'],
    [9, 'role', 'Say which role is held at this site.'],
    [10, 'email', 'The same address and role as in row 2. A second row is for a second role.'],
    [11, 'name', 'In row 2 the same address has “Good”.'],
    [12, 'email', 'Gone Long has left. Bring the person back by hand first.'],
    [13, 'row', 'The row has more cells than the first row has columns.'],
    [14, 'name', 'This is longer than 200 characters.'],
  ])
  expect(await apply(text)).toMatchObject({ status: 409, code: 'identity/import-has-errors' })
  expect(await personOf('good@file.example')).toBeUndefined()
})

test('an address of another company is refused without saying whose it is', async () => {
  const demo = await openCompany(testRuntime(database.url), { demo: true })
  const { email } = await demo.addPerson('Nadia')
  const { body: plan } = await check(`name,email\nNadia,${email}\n`)
  expect(plan.rows[0]?.errors).toEqual([
    { column: 'email', reason: 'This address signs in somebody already. Take another one.' },
  ])
  await demo.app.close()
  await demo.runtime.app.close()
})

test('another file than the one looked at is refused, and so is a company that changed since', async () => {
  const text = 'name,email,title\nEva,eva@file.example,Planner\n'
  const { body: plan } = await check(text)
  const digests = { fileDigest: plan.fileDigest, planDigest: plan.planDigest }
  const other = await jonas.call('POST', '/people/import', { ...digests, text: `${text}Tom,tom@file.example,\n` })
  expect(other).toMatchObject({ status: 409, code: 'identity/import-differs' })

  await jonas.call('POST', '/people', { name: 'Eva', email: 'eva@file.example', title: '', grants: [] })
  const stale = await jonas.call('POST', '/people/import', { ...digests, text })
  expect(stale).toMatchObject({ status: 409, code: 'identity/import-stale' })
  expect(await personOf('eva@file.example')).toMatchObject({ title: '' })

  const ended = await check(text)
  const { id } = await personOf('eva@file.example')
  await jonas.call('POST', `/people/${id}/end`, {})
  const late = { text, fileDigest: ended.body.fileDigest, planDigest: ended.body.planDigest }
  const refused = await jonas.call('POST', '/people/import', late)
  expect(refused).toMatchObject({ code: 'identity/import-stale', body: { rows: [{ row: 2, outcome: 'error' }] } })
})

test('the last who gives roles keeps that role, and gives it up once the file names another', async () => {
  const email = (await personOf('Jonas')).email
  const rows = `name,email,title,role,site\nJonas,${email},,Operator,Sursee\n`
  expect((await check(rows)).body.rows[0]?.errors).toEqual([
    { column: 'role', reason: 'Nobody else could give roles any more. Give somebody else the role first.' },
  ])
  const { body: plan } = await check(`${rows}Ida,ida@file.example,,IT and security,whole company\n`)
  expect(plan.counts).toMatchObject({ errors: 0, change: 1, create: 1 })
})

test('who is looked after by the identity provider is left alone', async () => {
  await apply('name,email,title\nPia,pia@file.example,Buyer\n')
  const { id } = await personOf('pia@file.example')
  expect((await jonas.call('POST', `/people/${id}/hand-over`, {})).status).toBe(200)
  const same = await check('name,email,title\nPia,pia@file.example,Buyer\n')
  expect(same.body.counts).toMatchObject({ nothing: 1, errors: 0 })
  const { body: plan } = await check('name,email,title\nPia,pia@file.example,Head of buying\n')
  expect(plan.rows[0]?.errors).toEqual([
    { column: 'row', reason: 'Pia is looked after by the identity provider. Change it there.' },
  ])
})

test.each([
  ['name,email\n', 'The file names nobody: there is no row below its header.'],
  ['name,mail\nA,a@file.example\n', 'There is no column “mail”.'],
  ['name,title\nA,B\n', 'The column email is missing in the first row.'],
  ['name,email,name\nA,a@file.example,B\n', 'The column name is there twice.'],
  ['name,email\n"A,a@file.example\n', 'a quotation mark is not closed'],
  [`name,email\n${'A,a@file.example\n'.repeat(5001)}`, 'at most 5000 are taken at once'],
  [`name,email\n${'ü'.repeat(524_300)},a@file.example\n`, 'The file is larger than 1 MiB.'],
])('a file that is no list of people is refused with the reason %#', async (text, reason) => {
  const answer = await jonas.call<{ detail: string }>('POST', '/people/import/check', { text })
  expect(answer).toMatchObject({ status: 422, code: 'identity/import-unreadable' })
  expect(answer.body.detail).toContain(reason)
})

test('what looks like a formula is kept as text and guarded on the way out, and an export imported again changes nothing', async () => {
  const title = `'=2+3`
  const name = '=HYPERLINK("http://x"; "y")'
  await jonas.call('POST', '/people', { name, email: 'formula@file.example', title, grants: [] })
  await apply("name,email,title\n=SUM(A1:A9),sum@file.example,'@home\n")
  expect(await personOf('sum@file.example')).toMatchObject({ name: '=SUM(A1:A9)', title: '@home' })

  const answer = await company.app.inject({
    ...{ method: 'GET', url: '/api/v1/identity/people/export' },
    headers: { cookie: jonas.cookie, host: 'localhost' },
  })
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toContain('text/csv')
  const lines = answer.body.split('\r\n')
  expect(lines[0]).toBe('\uFEFFname,email,title,role,site')
  expect(lines).toContain(`"'=HYPERLINK(""http://x""; ""y"")",formula@file.example,''=2+3,,`)
  expect(lines).toContain(`'=SUM(A1:A9),sum@file.example,'@home,,`)
  expect(lines).toContain('Zgraggen Lena,lena@file.example,Milling,Operator,Sursee')
  expect(answer.body).not.toContain('gone@file.example')

  const { body: plan } = await check(answer.body)
  expect(plan.counts).toMatchObject({ create: 0, change: 0, errors: 0 })
  expect(plan.counts.nothing).toBeGreaterThan(5)
  const { body: trail } = await jonas.call('GET', '/audit-events?action=identity.people.export')
  expect(trail.items).toHaveLength(1)
})

test('a file of five thousand people is taken within seconds', async () => {
  const rows = Array.from({ length: 5000 }, (_, at) => `Person ${at},p${at}@large.example,Fitter,Operator,Sursee`)
  const text = ['name,email,title,role,site', ...rows].join('\n')
  const begun = performance.now()
  expect(await apply(text)).toMatchObject({ status: 200, body: { create: 5000 } })
  expect(performance.now() - begun).toBeLessThan(20_000)
  const changed = text.replaceAll('Fitter,Operator,Sursee', 'Lead,Quality,Zürich')
  expect(await apply(changed)).toMatchObject({ status: 200, body: { change: 5000 } })
}, 60_000)
