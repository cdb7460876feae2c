import { randomUUID } from 'node:crypto'
import { type App, createApp, type Module } from '@millrace/http'
import { createPerson, type EnterpriseId, hashPassword } from '@millrace/identity'
import { type Actor, holding, inContext, type Runtime, systemActor } from '@millrace/runtime'
import pg from 'pg'
import { type MatrixRoute, requestOf, routesOf, STREAMS } from './authorization-matrix.ts'
import { bounds } from './bounds.ts'
import { type Ids, makeTwoCompanies } from './two-companies.ts'

// Random use of the whole API by two companies at once, each knowing the other's ids. Nobody may ever see an id or a name
// of the other. THREATS T-B2, T-B10.

/** What stands between the companies: everything, row-level security alone, or the program alone. */
export type Walls = 'both' | 'row-level-security' | 'program'

export interface IsolationResult {
  readonly sequences: number
  readonly calls: number
  /** How often the answer was a success: a run in which nothing works proves nothing. */
  readonly successes: number
  readonly foreignIdsSeen: number
  readonly examples: readonly string[]
}

const CALLS_PER_SEQUENCE = 4
const PASSWORD = 'correct horse battery staple'
const UUIDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** What would end the callers themselves, or the companies. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...STREAMS,
  ...['signOut', 'endPerson', 'returnPerson', 'setGrants', 'changePerson', 'signIn', 'signInToDemo', 'foundEnterprise'],
  'handOverPerson',
  // Its stations, like its people, are there for whoever tries it out.
  ...['listDemoStations', 'enrolDemoStation'],
  ...['removeDemoCompany', 'bringDemoCompany', 'moveStory', 'listStories', 'getWelcome'],
  ...['listBreakdowns', 'moveBreakdown'],
])

interface Company {
  readonly name: string
  readonly cookies: readonly string[]
  /** Every id that was ever seen to be this company's. */
  readonly ids: Set<string>
  /** Every id it ever sent: its own trail tells of them, as of something that was refused. */
  readonly sent: Set<string>
}

/** Answers that hold what the company itself asked for before. */
const TRAIL: ReadonlySet<string> = new Set(['listAuditEvents', 'exportAuditEvents'])

/** @param seed makes the run repeatable. */
export async function runIsolation(options: {
  runtime: Runtime
  modules: readonly Module[]
  /** A superuser, to take walls away. */
  databaseUrl: string
  walls: Walls
  sequences: number
  seed: number
}): Promise<IsolationResult> {
  const { walls, sequences, databaseUrl } = options
  const random = randomFrom(options.seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const runtime = walls === 'row-level-security' ? withoutTenantWall(options.runtime) : options.runtime
  const modules = options.modules.map(({ start: _, ...module }) => ({
    ...module,
    stepUp: async () => undefined,
    ...(walls === 'row-level-security' && { authenticators: module.authenticators?.map(allowEverything) ?? [] }),
  }))
  const app = await createApp({ runtime, modules, version: 'test' })
  const made = await makeTwoCompanies(runtime)
  const ours = await companyOf(runtime, app, made.ours, 'Ours', [made.own, made.other])
  const theirs = await companyOf(runtime, app, made.theirs, 'Theirs', [made.foreign])
  if (walls === 'program') await dropRowLevelSecurity(databaseUrl)

  const routes = (await routesOf(runtime, modules, bounds)).filter((route) => !LEFT_OUT.has(route.operationId))
  const sides = [
    { me: ours, other: theirs, known: [made.own, made.other, made.foreign, made.absent] },
    { me: theirs, other: ours, known: [made.foreign, made.own, made.other, made.absent] },
  ]
  const result = { sequences, calls: 0, successes: 0, foreignIdsSeen: 0, examples: [] as string[] }
  for (let sequence = 0; sequence < sequences; sequence += 1) {
    const { me, other, known } = pick(sides)
    const cookie = pick(me.cookies)
    for (let step = 0; step < CALLS_PER_SEQUENCE; step += 1) {
      const route = pick(routes)
      const answer = await call(app, route, mixed(known, random), cookie, me.name)
      result.calls += 1
      if (answer.status < 300) result.successes += 1
      for (const id of answer.sent) me.sent.add(id)
      const sent = TRAIL.has(route.operationId) ? me.sent : answer.sent
      const seen = foreignIn({ ...answer, sent }, other, me)
      if (seen.length > 0) {
        result.foreignIdsSeen += seen.length
        if (result.examples.length < 10)
          result.examples.push(`${me.name} saw ${seen[0]} by ${route.method} ${route.url}`)
      }
      // What the other company does not know becomes known to be ours, so that later it must not see it.
      if (answer.status < 300) for (const id of answer.ids) if (!other.ids.has(id) && !sent.has(id)) me.ids.add(id)
    }
  }
  await app.close()
  return result
}

interface Answer {
  readonly status: number
  readonly text: string
  readonly ids: ReadonlySet<string>
  readonly sent: ReadonlySet<string>
}

async function call(app: App, route: MatrixRoute, ids: Ids, cookie: string, name: string): Promise<Answer> {
  // Names carry their company, to be recognised wherever they come out again.
  const request = JSON.parse(
    JSON.stringify(requestOf(route, ids)).replaceAll('Tried out again', `${name} ${randomUUID()}`),
  )
  const answer = await app.inject({ ...request, headers: { cookie } })
  const text = `${JSON.stringify(answer.headers)}${answer.body}`
  return {
    status: answer.statusCode,
    text,
    ids: new Set(text.match(UUIDS)),
    sent: new Set(JSON.stringify(request).match(UUIDS)),
  }
}

/** Ids and names of another company in an answer, but for those the caller sent. */
function foreignIn(answer: Answer, other: Company, me: Company): string[] {
  const seen = [...answer.ids].filter((id) => other.ids.has(id) && !answer.sent.has(id) && !me.ids.has(id))
  if (new RegExp(`"(name|title|enterpriseName)":"${other.name}`).test(answer.text)) seen.push(`a name of ${other.name}`)
  return seen
}

/** Ids of all plants, mixed: the gateway of one, the machine of another. */
function mixed(known: readonly Ids[], random: () => number): Ids {
  // Mostly of one plant, so that much succeeds.
  const main = known[Math.floor(random() ** 2 * known.length)] ?? {}
  return Object.fromEntries(
    Object.entries(main).map(([name, id]) => {
      const other = random() < 0.2 ? known[Math.floor(random() * known.length)]?.[name] : undefined
      return [name, other ?? id]
    }),
  )
}

async function companyOf(
  runtime: Runtime,
  app: App,
  enterpriseId: EnterpriseId,
  name: string,
  plants: readonly Ids[],
): Promise<Company> {
  const passwordHash = await hashPassword(PASSWORD)
  const siteId = String(plants[0]?.siteId)
  const cookies: string[] = []
  const ids = new Set<string>([enterpriseId, ...plants.flatMap((plant) => Object.values(plant).map(String))])
  const grants = [
    [
      { role: 'it-admin', placeId: null },
      { role: 'plant-manager', placeId: null },
    ],
    [{ role: 'engineer', placeId: siteId }],
    [{ role: 'auditor', placeId: null }],
  ]
  for (const held of grants) {
    const email = `${randomUUID()}@${name.toLowerCase()}.example`
    const id = await inContext(runtime, systemActor(enterpriseId, 'test'), (ctx) =>
      createPerson(ctx, { name: `${name} somebody`, email, title: '', grants: held, passwordHash }),
    )
    ids.add(id)
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/identity/sessions',
      payload: { email, password: PASSWORD },
    })
    if (answer.statusCode !== 201) throw new Error(answer.body)
    cookies.push(String(answer.headers['set-cookie']).split(';')[0] ?? '')
  }
  return { name, cookies, ids, sent: new Set() }
}

/** The program's own checks taken away: whoever signed in may do everything. */
function allowEverything(authenticate: NonNullable<Module['authenticators']>[number]) {
  return async (...[request, runtime]: Parameters<typeof authenticate>): Promise<Actor | undefined> => {
    const actor = await authenticate(request, runtime)
    if (!actor) return undefined
    const { guard: _, ...unguarded } = actor
    return { ...unguarded, permissions: new Map(runtime.permissions.map(({ name }) => [name, holding('everywhere')])) }
  }
}

/** Queries are made as if there were no tenants. */
function withoutTenantWall(runtime: Runtime): Runtime {
  const { kysely } = runtime.app
  const open = <T extends object>(target: T, changes: Readonly<Record<string, unknown>>): T =>
    new Proxy(target, {
      get: (on, name) => {
        if (typeof name === 'string' && name in changes) return changes[name]
        const value: unknown = Reflect.get(on, name, on)
        return typeof value === 'function' ? value.bind(on) : value
      },
    })
  const transaction = (access: 'read write' | 'read only' = 'read write') => ({
    execute: (run: (db: object) => Promise<unknown>) =>
      kysely
        .transaction()
        .setAccessMode(access)
        .execute((db) => run(open(db, { withPlugin: () => db }))),
    setAccessMode: transaction,
  })
  return { ...runtime, app: { ...runtime.app, kysely: open(kysely, { transaction }) } }
}

async function dropRowLevelSecurity(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      'select oid::regclass::text as name from pg_class where relrowsecurity',
    )
    for (const { name } of rows) await client.query(`alter table ${name} disable row level security`)
  } finally {
    await client.end()
  }
}

/** Mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mix = Math.imul(state ^ (state >>> 15), 1 | state)
    mix = (mix + Math.imul(mix ^ (mix >>> 7), 61 | mix)) ^ mix
    return ((mix ^ (mix >>> 14)) >>> 0) / 2 ** 32
  }
}
