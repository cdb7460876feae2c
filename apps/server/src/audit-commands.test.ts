import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type House, startHouse, until } from '@millrace/testing/house'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

// The whole program as it runs in a factory, its own database, and the commands an auditor types beside it.

const MAIN = path.resolve(import.meta.dirname, '../../cli/src/main.ts')
const EMAIL = 'ida@founder.example'
const PASSWORD = 'A founder of Sursee, 1987'
const SEALED_MS = 120_000
const PEOPLE = ['Anna', 'Bruno', 'Carla', 'Dario', 'Elena', 'Fabio'] as const

let house: House
let root: pg.Client
let folder: string
let cookie: string
let enterpriseId: string

async function ask(method: string, route: string, body?: object): Promise<Response> {
  return fetch(`${house.url}/api/v1${route}`, {
    method,
    headers: { cookie, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  })
}

beforeAll(async () => {
  house = await startHouse(['--no-demo'])
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-audit-'))
  cookie = ''
  const founded = await ask('POST', '/identity/enterprises', {
    enterpriseName: 'Muster AG',
    person: { name: 'Ida Founder', email: EMAIL, password: PASSWORD },
  })
  expect(founded.status, await founded.clone().text()).toBe(201)
  cookie = founded.headers.get('set-cookie')?.split(';')[0] ?? ''
  for (const name of PEOPLE) {
    const person = { name, title: '', email: `${name}@muster.example`, grants: [] }
    expect((await ask('POST', '/identity/people', person)).status).toBe(201)
  }
  const database = path.join(house.dataDir, 'database')
  const [password, port] = await Promise.all(
    ['password', 'port'].map(async (file) => (await readFile(path.join(database, file), 'utf8')).trim()),
  )
  root = new pg.Client({ connectionString: `postgres://postgres:${password}@127.0.0.1:${port}/millrace` })
  root.on('error', () => undefined)
  await root.connect()
  enterpriseId = (await root.query('select enterprise_id from identity.enterprise')).rows[0].enterprise_id
  await untilSigned('identity.person.create', PEOPLE.length)
}, 240_000)
afterAll(async () => {
  await root?.end()
  await house?.stop()
  await rm(folder, { recursive: true, force: true })
}, 60_000)

/** Waits until so many events of an action stand under a signed and witnessed head: a minute at most. */
async function untilSigned(action: string, count: number): Promise<void> {
  await until(`${count} signed events ${action}`, SEALED_MS, async () => {
    const { rows } = await root.query(
      `select count(*)::int as n from audit.leaf join audit.event on event.id = leaf.event_id
       where action = $1 and sequence <= (select max(size) from audit.head)`,
      [action],
    )
    const witness = await readFile(path.join(house.dataDir, 'witness', `${enterpriseId}.jsonl`), 'utf8').catch(() => '')
    return rows[0].n >= count && witness.includes('"head"')
  })
}

/** Runs `millrace ARGS` as a person at a terminal does: the password is typed when it is asked for. */
async function millrace(...args: string[]): Promise<{ code: number; said: string }> {
  const given = ['--data', house.dataDir, '--email', EMAIL]
  const child = spawn(process.execPath, [MAIN, ...args, ...given], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()))
  child.stdin.end(`${PASSWORD}\n`)
  const code = await new Promise<number>((resolve) => child.once('close', (ended) => resolve(ended ?? -1)))
  return { code, said }
}

const eventAt = (at: number) => `(select event_id from audit.leaf where sequence = ${at})`
const OF = `and enterprise_id = current_setting('test.enterprise')::uuid`

interface Attack {
  readonly name: string
  readonly run: string
  readonly undo: string
  /** What the command says first, before anything else that does not fit any more. */
  readonly first: RegExp
}

/** The third place is attacked: what is told first must be what stands there. */
const ATTACKS: readonly Attack[] = [
  {
    name: 'changed',
    run: `create table kept as select * from audit.event where id = ${eventAt(3)};
      update audit.event set actor = 'Nobody' where id = ${eventAt(3)} ${OF}`,
    undo: `update audit.event set actor = kept.actor from kept where event.id = kept.id; drop table kept`,
    first: /^CHANGED +Event 3 /,
  },
  {
    name: 'deleted',
    run: `create table kept as select * from audit.event where id = ${eventAt(3)};
      delete from audit.event where id = ${eventAt(3)} ${OF}`,
    undo: `insert into audit.event select * from kept; drop table kept`,
    first: /^DELETED +Event 3 /,
  },
  {
    name: 'inserted before',
    run: `create table kept as select * from audit.leaf;
      update audit.leaf set sequence = sequence + 1000000 where sequence >= 3 ${OF};
      update audit.leaf set sequence = sequence - 999999 where sequence >= 1000000 ${OF};
      insert into audit.event (enterprise_id, id, at, actor_kind, actor_id, actor, action, object, objects, detail)
        values (current_setting('test.enterprise')::uuid, '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b99', now(), 'person', 'x', 'X',
          'identity.person.end', 'person x', '{person x}', '{}');
      insert into audit.leaf (enterprise_id, sequence, event_id, hash) values (current_setting('test.enterprise')::uuid, 3,
        '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b99', sha256('x'))`,
    undo: `delete from audit.leaf where true ${OF}; delete from audit.event where id = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b99';
      insert into audit.leaf select * from kept; drop table kept`,
    first: /^INSERTED +Event 3 /,
  },
  {
    name: 'exchanged with the fourth',
    run: `create table kept as select * from audit.leaf;
      update audit.leaf set sequence = sequence + 1000000 where sequence in (3, 4) ${OF};
      update audit.leaf set sequence = case sequence when 1000003 then 4 else 3 end where sequence > 1000000 ${OF}`,
    undo: `delete from audit.leaf where true ${OF}; insert into audit.leaf select * from kept; drop table kept`,
    first: /^MOVED +Event 4 was moved to place 3/,
  },
]

/** As whoever owns the database can: every trigger off, every row within reach. */
async function asSuperuser(statements: string): Promise<void> {
  await root.query(`begin; set local session_replication_role = replica; set local test.enterprise = '${enterpriseId}';
    ${statements}; commit`)
}

/** While nothing is sealed: the trail that is restored must be the one that was attacked. */
async function withoutSealing<T>(act: () => Promise<T>): Promise<T> {
  const lock = `hashtextextended('millrace trail ${enterpriseId}', 0)`
  await root.query(`select pg_advisory_lock(${lock})`)
  try {
    return await act()
  } finally {
    await root.query(`select pg_advisory_unlock(${lock})`)
  }
}

// proves: T-I1 (what somebody types who does not trust the server)
test('millrace audit verify finds nothing in an honest trail, and in a changed one the first event that is not right', async () => {
  const honest = await millrace('audit', 'verify')
  expect(honest, honest.said).toMatchObject({ code: 0, said: expect.stringContaining('Nothing was changed.') })
  expect(honest.said).toMatch(/Witness: [1-9]\d* heads/)
  for (const { name, run, undo, first } of ATTACKS) {
    const found = await withoutSealing(async () => {
      await asSuperuser(run)
      const said = await millrace('audit', 'verify')
      await asSuperuser(undo)
      return said
    })
    expect(found.code, `${name}: ${found.said}`).toBe(1)
    const [line = ''] = found.said.split('\n').filter((one) => /^[A-Z]{3,} +\w/.test(one))
    expect(line, `${name}: ${found.said}`).toMatch(first)
  }
  const restored = await millrace('audit', 'verify')
  expect(restored, restored.said).toMatchObject({ code: 0 })
}, 240_000)

test('millrace audit export saves a file that verifies where the server is not, and only for its owner', async () => {
  const file = path.join(folder, 'trail.jsonl')
  const saved = await millrace('audit', 'export', file)
  expect(saved, saved.said).toMatchObject({ code: 0, said: expect.stringContaining(`Saved to ${file}.`) })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const elsewhere = await millrace('audit', 'verify', file)
  expect(elsewhere, elsewhere.said).toMatchObject({ code: 0, said: expect.stringContaining('Nothing was changed.') })
  const csv = path.join(folder, 'trail.csv')
  expect(await millrace('audit', 'export', csv, '--format', 'csv')).toMatchObject({ code: 0 })
  const [header, ...rows] = (await readFile(csv, 'utf8')).split('\r\n')
  expect(header).toMatch(/^sequence,at,actor,/)
  expect(rows.filter((row) => row.includes('identity.person.create'))).toHaveLength(PEOPLE.length + 1)

  const { rows: told } = await root.query(
    `select detail ->> 'format' as format from audit.event where action = 'identity.audit.export' order by id desc limit 2`,
  )
  expect(told.map(({ format }) => format)).toEqual(['csv', 'jsonl'])
  expect(await millrace('audit', 'burn')).toMatchObject({ code: 1 })
}, 60_000)
