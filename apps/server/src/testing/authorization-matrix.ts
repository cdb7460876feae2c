import { type App, createApp, type Module, type RouteOptions } from '@millrace/http'
import { BUILT_IN_ROLES } from '@millrace/identity/contract'
import type { Runtime } from '@millrace/runtime'
import { exampleOf, type Schema } from './example.ts'
import { rollingBack } from './rolling-back.ts'
import { addKey, addPerson, type Ids, makeTwoCompanies, type TwoCompanies } from './two-companies.ts'

// Every route × every role, held at one plant and everywhere × what it is about: the own plant, another plant, another
// company. And nobody, and a key of each role. THREATS T-B1, T-A7.

/**
 * What decides about a route, besides its permission:
 * `anyone`: nothing. `session`: any sign-in. `list`: the permission somewhere; the answer holds what is within reach.
 * `somewhere`: the permission somewhere. `place`: the permission where the thing is. `enterprise`: the permission
 * everywhere. `person`: `identity:person:read` where the person holds something. `in-person`: as `place`, but never with a
 * key. `machine`: no person at all.
 */
type Bound = 'anyone' | 'session' | 'list' | 'somewhere' | 'place' | 'in-person' | 'enterprise' | 'person' | 'machine'

/** A route is tried out by this; one that is missing here fails the test. */
export type Bounds = Readonly<Record<string, Bound | readonly [Bound, permission: string]>>

/** Which id of a plant a path's parameter means, by the segment before it. */
const PARAMETERS: Readonly<Record<string, string>> = {
  people: 'personId',
  roles: 'roleId',
  'network-zones': 'zoneId',
  'api-keys': 'keyId',
  stations: 'stationId',
  providers: 'providerId',
  links: 'personId',
  tries: 'tryId',
  tokens: 'tokenId',
  groups: 'groupId',
  connections: 'connectionId',
  gateways: 'gatewayId',
  devices: 'deviceId',
  shafts: 'workUnitId',
  commands: 'commandId',
  findings: 'findingId',
  definitions: 'materialId',
  receipts: 'receiptId',
  demands: 'demandId',
  orders: 'orderId',
  products: 'productId',
  tools: 'toolId',
  'operator-groups': 'operatorGroupId',
  exceptions: 'exceptionId',
  proposals: 'proposalId',
  scenarios: 'scenarioId',
  absences: 'absenceId',
  tariffs: 'tariffId',
  advice: 'adviceId',
  'switch-offs': 'switchOffId',
  // Things of one's own: nobody else's is found, whatever its id.
  passkeys: 'personId',
  'step-ups': 'personId',
  webhooks: 'webhookId',
  deliveries: 'deliveryId',
  sessions: 'personId',
  // Any id will do: verifications live in the process, and none runs here.
  checks: 'findingId',
  exports: 'findingId',
  holds: 'findingId',
  imports: 'findingId',
}

export interface MatrixRoute {
  readonly operationId: string
  readonly method: string
  readonly url: string
  readonly permission: string
  readonly stepUp: boolean
  readonly bound: Bound
  /** The permission that decides, where it is not the one the route declares. */
  readonly decides: string
  readonly schema: { readonly body?: Schema; readonly querystring?: Schema }
}

export interface MatrixResult {
  readonly routes: readonly MatrixRoute[]
  readonly cells: number
  readonly wrong: readonly string[]
}

interface Caller {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly isKey: boolean
  readonly role: string | undefined
  readonly everywhere: boolean
}

type Target = 'own' | 'other' | 'foreign'

/** Routes whose answer never ends, or that have no JSON to try. They are covered by tests of their own. */
export const STREAMS: ReadonlySet<string> = new Set(['watch', 'watchAsGateway', 'sendBatch'])

/** Tries everything out. @param runtime with the modules' permissions and extensions, on an empty database. */
export async function runMatrix(runtime: Runtime, modules: readonly Module[], bounds: Bounds): Promise<MatrixResult> {
  const companies = await makeTwoCompanies(runtime)
  // A step-up stands before the route, whoever calls: here only what follows it is asked.
  const confirmed = modules.map(({ start: _, ...module }) => ({
    ...module,
    stepUp: async () => undefined,
  }))
  const real = await createApp({ runtime, modules: confirmed, version: 'test' })
  const app = await createApp({ runtime: rollingBack(runtime), modules: confirmed, version: 'test' })
  const routes = await routesOf(rollingBack(runtime), confirmed, bounds)
  const callers: Caller[] = [{ name: 'nobody', headers: {}, isKey: false, role: undefined, everywhere: false }]
  for (const role of BUILT_IN_ROLES) {
    for (const everywhere of [false, true]) {
      const placeId = everywhere ? null : String(companies.own.siteId)
      const personId = await addPerson(runtime, companies.ours, [{ role, placeId }])
      const cookie = await signIn(real, personId)
      callers.push({
        name: `${role} ${everywhere ? 'everywhere' : 'here'}`,
        headers: { cookie },
        isKey: false,
        role,
        everywhere,
      })
    }
    const authorization = `Bearer ${await addKey(runtime, companies.ours, role)}`
    callers.push({ name: `key of ${role}`, headers: { authorization }, isKey: true, role, everywhere: true })
  }
  await real.close()

  const foreignIds = Object.values(companies.foreign).filter((id) => typeof id === 'string')
  const otherIds = Object.values(companies.other).filter((id) => typeof id === 'string')
  // Of people, roles, keys and zones there is one list for the company; who sees whom is the `person` rule.
  const wholeCompany = new Set([
    companies.other.personId,
    companies.other.roleId,
    companies.other.keyId,
    companies.other.zoneId,
    companies.other.tokenId,
    companies.other.groupId,
    companies.other.materialId,
  ])
  const holds = holdingRoles(runtime)
  const forPersons = new Set(runtime.permissions.filter((one) => one.personOnly).map((one) => one.name as string))
  const wrong: string[] = []
  let cells = 0
  const tried = routes.filter((route) => !STREAMS.has(route.operationId))
  for (const route of tried) {
    const about = requestsOf(route, companies)
    for (const caller of callers) {
      // What names nothing of a plant is one request, and everything is as it was before it: it is asked once.
      const answers = new Map<string, Answer>()
      const answerAbout = async (target: Target | 'absent'): Promise<Answer> => {
        const { text, request } = about[target]
        const answer = answers.get(text) ?? (await call(app, request, caller))
        answers.set(text, answer)
        return answer
      }
      for (const target of ['own', 'other', 'foreign'] as const) {
        cells += 1
        const answer = await answerAbout(target)
        const named = about[target].text !== about.absent.text
        const absence = target === 'foreign' && named ? () => answerAbout('absent') : undefined
        const fault = await faultOf(answer, absence, route, caller, target)
        if (fault) {
          wrong.push(
            `${caller.name} → ${route.method} ${route.url} (${target}): ${fault}, got ${answer.status} ${answer.code} ${answer.detail}`,
          )
        }
      }
    }
  }
  await app.close()
  return { routes, cells, wrong }

  /** @param absence asks about what is nowhere, where the answer is about something of another company */
  async function faultOf(
    answer: Answer,
    absence: (() => Promise<Answer>) | undefined,
    route: MatrixRoute,
    caller: Caller,
    target: Target,
  ): Promise<string | undefined> {
    const { bound } = route
    if (answer.status >= 500 && answer.status !== 503) return 'broke'
    if (bound === 'anyone') return answer.code === 'http/sign-in-needed' ? 'should be open' : undefined
    if (caller.role === undefined) return answer.status === 401 ? undefined : 'should need a sign-in'
    if (answer.code === 'http/request-invalid' || answer.code === 'http/body-malformed') return 'was not tried at all'
    if (leaks(answer, foreignIds, companies.foreign)) return 'shows another company'
    // A key never holds what only persons may (THREATS T-A7).
    const inPerson = bound === 'in-person' || forPersons.has(route.decides)
    const held = holds(caller.role, route.decides) && !(caller.isKey && inPerson)
    if (caller.isKey && bound === 'session') return undefined
    if (bound === 'session')
      return answer.status === 401 || answer.code === 'runtime/forbidden' ? 'should be open' : undefined
    if (bound === 'machine') return answer.status === 403 ? undefined : 'should be for machines only'
    if (bound === 'somewhere') return isRefusal(answer) === held ? `should ${held ? '' : 'not '}be allowed` : undefined
    if (bound === 'list') {
      if (isRefusal(answer) === held) return `should ${held ? '' : 'not '}be allowed`
      const others = otherIds.filter((id) => !wholeCompany.has(id))
      return !caller.everywhere && held && leaks(answer, others, {}) ? 'shows another plant' : undefined
    }
    if (absence) {
      const absent = await absence()
      if (answer.status < 300) return 'reaches another company'
      return absent.status === answer.status && absent.code === answer.code
        ? undefined
        : `differs from what is absent (${absent.status} ${absent.code})`
    }
    const allowed = held && (caller.everywhere || (bound !== 'enterprise' && target === 'own'))
    if (allowed) return isRefusal(answer) || answer.status === 404 ? 'should be allowed' : undefined
    return isRefusal(answer) || answer.status === 404 ? undefined : 'should be refused'
  }
}

function isRefusal({ status }: Answer): boolean {
  return status === 401 || status === 403
}

function leaks({ body }: Answer, ids: readonly string[], sent: Ids): boolean {
  // What the caller sent itself may be named in a refusal.
  const own = new Set(Object.values(sent).map(String))
  return ids.some((id) => body.includes(id) && !(own.has(id) && body.includes('"status":')))
}

interface Answer {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly body: string
}

export interface TriedRequest {
  readonly method: 'GET'
  readonly url: string
  readonly payload?: object
}

export function requestOf(route: MatrixRoute, ids: Ids): TriedRequest {
  const segments = route.url.split('/')
  const filled = segments.map((segment, index) => {
    const id = ids[PARAMETERS[segments[index - 1] ?? ''] ?? '']
    return segment.startsWith(':') ? encodeURIComponent(String(id ?? 'story')) : segment
  })
  const { querystring, body } = route.schema
  const query = querystring ? (exampleOf(querystring, ids) as Record<string, unknown>) : {}
  const text = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString()
  return {
    // Whatever it is: the type wants one of its words.
    method: route.method as 'GET',
    url: filled.join('/') + (text === '' ? '' : `?${text}`),
    ...(body && { payload: exampleOf(body, ids) as object }),
  }
}

/** The same request about each plant and about what is nowhere, with a text that tells them apart. */
function requestsOf(
  route: MatrixRoute,
  companies: TwoCompanies,
): Record<Target | 'absent', { request: TriedRequest; text: string }> {
  const about = (ids: Ids) => {
    const request = requestOf(route, ids)
    return { request, text: JSON.stringify(request) }
  }
  const { own, other, foreign, absent } = companies
  return { own: about(own), other: about(other), foreign: about(foreign), absent: about(absent) }
}

async function call(app: App, request: TriedRequest, { headers }: Caller): Promise<Answer> {
  const answer = await app.inject({ ...request, headers })
  const problem: { code?: string; detail?: string } = answer.statusCode >= 400 ? answer.json() : {}
  return { status: answer.statusCode, code: problem.code ?? '', detail: problem.detail ?? '', body: answer.body }
}

async function signIn(app: App, personId: string): Promise<string> {
  const answer = await app.inject({ method: 'POST', url: '/api/v1/identity/demo-sessions', payload: { personId } })
  if (answer.statusCode !== 201) throw new Error(answer.body)
  return String(answer.headers['set-cookie']).split(';')[0] ?? ''
}

/** Which built-in role contains a permission, as the modules declare it. */
export function holdingRoles({ permissions }: Pick<Runtime, 'permissions'>) {
  const containing = new Map(permissions.map((permission) => [permission.name as string, permission.roles]))
  return (role: string, permission: string): boolean => containing.get(permission)?.includes(role) ?? false
}

/** Every route of the modules, as the server itself lists them. */
export async function routesOf(runtime: Runtime, modules: readonly Module[], bounds: Bounds): Promise<MatrixRoute[]> {
  const found: RouteOptions[] = []
  const app = await createApp({ runtime, modules, version: 'test', onRoute: (route) => found.push(route) })
  await app.ready()
  await app.close()
  return found.flatMap((route) => {
    const { operationId, body, querystring } = (route.schema ?? {}) as {
      operationId?: string
      body?: Schema
      querystring?: Schema
    }
    const permission = route.config?.permission
    // HEAD comes with each GET and is the same route.
    if (operationId === undefined || permission === undefined || route.method === 'HEAD') return []
    const declared = bounds[operationId]
    if (declared === undefined) throw new Error(`Say in the bounds of the matrix what decides about ${operationId}.`)
    const [bound, decides] = typeof declared === 'string' ? [declared, permission] : declared
    const schema = { ...(body && { body }), ...(querystring && { querystring }) }
    return [
      {
        operationId,
        method: String(route.method),
        url: route.url,
        permission,
        stepUp: route.config?.stepUp ?? false,
        bound,
        decides,
        schema,
      },
    ]
  })
}

const SIGNS: Readonly<Record<Bound, string>> = {
  anyone: 'anyone',
  session: 'any sign-in',
  list: 'what is within reach',
  somewhere: 'held somewhere',
  place: 'held there',
  'in-person': 'held there, in person',
  enterprise: 'held everywhere',
  person: 'oneself, or held there',
  machine: 'gateways',
}

/** The declared matrix as a page: what is committed and what every change of a permission shows in. */
export function matrixPage(routes: readonly MatrixRoute[], holds: ReturnType<typeof holdingRoles>): string {
  const rows = routes.map(({ method, url, decides, bound, stepUp }) => {
    const open = bound === 'anyone' || bound === 'session'
    const cells = BUILT_IN_ROLES.map((role) => (open || holds(role, decides) ? '●' : ''))
    const what = `${SIGNS[bound]}${stepUp ? ', confirmed' : ''}`
    return `| ${method} | ${url.replace('/api/v1', '')} | ${open ? '' : decides} | ${what} | ${cells.join(' | ')} |`
  })
  return `# Who may call what

Generated from the routes and the permissions that the modules declare; \`npm test -- apps/server -u\` writes it anew. The
authorization test calls every one of these as every role, held at one plant and everywhere, about the own plant, another
plant and another company, with a key of each role, and as nobody.

${BUILT_IN_ROLES.length} roles: ${BUILT_IN_ROLES.join(', ')}.

| | route | permission | where | ${BUILT_IN_ROLES.map((role) => role.replace('plant-manager', 'pl. mgr')).join(' | ')} |
|---|---|---|---|${BUILT_IN_ROLES.map(() => '---').join('|')}|
${rows.join('\n')}
`
}
