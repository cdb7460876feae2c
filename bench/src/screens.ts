import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Caller, signInToDemo, startHouse, until, untilDemoLives } from '@millrace/testing/house'
import { openBrowser } from './browser.ts'

// Takes the pictures of docs/screens anew: every page of the demo in light, dark and on a phone.
// Run it after a change of a screen: node bench/src/screens.ts, or node bench/src/screens.ts energy routings for some.

const FOLDER = fileURLToPath(new URL('../../docs/screens/', import.meta.url))
/** Long enough for the trends of the live machines to show something after the history. */
const LIVE_MS = 120_000
const PAINT_MS = 4000

const FORMS = [
  { name: 'light', viewport: { width: 1440, height: 900 }, colorScheme: 'light', isMobile: false },
  { name: 'dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark', isMobile: false },
  { name: 'phone', viewport: { width: 390, height: 844 }, colorScheme: 'light', isMobile: true },
] as const

/** Finds the id of a plant or machine by its name. */
async function equipmentIds(caller: Caller): Promise<(name: string) => string> {
  const { items } = await caller.get<{ items: { id: string; name: string }[] }>('/plant/equipment')
  return (name) => items.find((one) => one.name === name)?.id ?? ''
}

async function pagesOf(caller: Caller): Promise<Record<string, string>> {
  const idOf = await equipmentIds(caller)
  const { items: findings } = await caller.get<{ items: { id: string; cause: string }[] }>(
    '/insight/findings?state=open',
  )
  const { items: materials } = await caller.get<{ items: { id: string; code: string }[] }>(
    '/materials/definitions?limit=200',
  )
  const { items: messages } = await caller.get<{ items: { id: string }[] }>('/planning/messages?limit=1')
  return {
    overview: '/overview',
    plant: `/plant/sites/${idOf('Sursee')}`,
    machines: '/plant/machines',
    machine: `/plant/machines/${idOf('Mill 2')}`,
    'machine-week': `/plant/machines/${idOf('Mill 1')}?range=day&compare=week`,
    findings: '/insight/findings',
    finding: `/insight/findings/${findings.find((one) => one.cause === 'tool-wear')?.id ?? ''}`,
    schedule: '/planning/schedule',
    orders: '/planning/orders',
    attainment: '/planning/attainment',
    routings: '/planning/routings',
    resources: '/planning/resources',
    stock: '/materials/stock',
    material: `/materials/definitions/${materials.find(({ code }) => code === 'WALNUT-200')?.id ?? ''}`,
    demand: '/planning/demand',
    requirements: '/planning/requirements',
    requirement: `/planning/requirements?message=${messages[0]?.id ?? ''}`,
    forecast: '/planning/forecast',
    capacity: '/planning/capacity',
    scenarios: '/planning/scenarios',
    energy: '/planning/energy',
    commands: '/control/commands',
    settings: '/settings',
    webhooks: '/exchange/webhooks',
    'new-webhook': '/exchange/webhooks/new',
  }
}

/** The pages of whoever administers people. */
async function governPagesOf(caller: Caller): Promise<Record<string, string>> {
  const idOf = async (name: string) => {
    const { items } = await caller.get<{ items: { id: string }[] }>(`/identity/people?text=${encodeURIComponent(name)}`)
    return items[0]?.id ?? ''
  }
  return {
    people: '/identity/people',
    'import-people': '/identity/people/import',
    person: `/identity/people/${await idOf('Andrés Quintero')}`,
    roles: '/identity/roles',
    access: `/identity/access?person=${await idOf('Claudia Hess')}`,
    reach: '/identity/access',
    'api-keys': '/identity/api-keys',
    zones: '/identity/zones',
    profile: '/identity/profile',
    'break-glass': '/identity/break-glass',
    stations: '/identity/stations',
    trail: '/identity/trail',
    limits: '/identity/limits',
    imports: '/telemetry/imports',
    storage: '/telemetry/storage',
    'new-device': '/mqtt/devices/new',
    'sign-in-settings': '/identity/sign-in-settings',
    'identity-provider': '/identity/sign-in-settings/new/oidc',
  }
}

/** The page of somebody who was just invited. */
async function joinPage(url: string, { cookie }: Caller): Promise<string> {
  const ask = async (path: string, body: object, proof = '') => {
    const answer = await fetch(`${url}/api/v1/identity${path}`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', ...(proof && { 'millrace-step-up': proof }) },
      body: JSON.stringify(body),
    })
    return (await answer.json()) as { stepUpId: string; proof: string; link: string }
  }
  const person = {
    name: 'Selina Bucher',
    email: 'selina.bucher@alpine-edge.example',
    title: 'Shift leader',
    grants: [],
  }
  const { stepUpId } = await ask('/invitations', person)
  const { proof } = await ask(`/step-ups/${stepUpId}/confirm`, { press: true })
  const { pathname, search } = new URL((await ask('/invitations', person, proof)).link)
  return pathname + search
}

/** Waits until what the demo company tries out is computed. */
async function untilTriedOut(caller: Caller): Promise<void> {
  const siteId = (await equipmentIds(caller))('Sursee')
  await until('the scenarios', LIVE_MS, async () => {
    const { items } = await caller.get<{ items: { state: string }[] }>(`/planning/scenarios?siteId=${siteId}`)
    return items.length > 0 && items.every(({ state }) => state === 'done')
  })
}

mkdirSync(FOLDER, { recursive: true })
const wanted = new Set(process.argv.slice(2))
const isWanted = (picture: string) => wanted.size === 0 || wanted.has(picture)
const house = await startHouse()
const browser = await openBrowser()
try {
  await untilDemoLives(house.url)
  const nadia = await signInToDemo(house.url, 'Nadia')
  await new Promise((resolve) => setTimeout(resolve, LIVE_MS))
  if (isWanted('scenarios')) await untilTriedOut(nadia)
  const jonas = await signInToDemo(house.url, 'Jonas')
  const visits = [
    { cookie: nadia.cookie, pages: await pagesOf(nadia) },
    { cookie: jonas.cookie, pages: await governPagesOf(jonas) },
    { cookie: jonas.cookie, pages: { join: await joinPage(house.url, jonas), forgotten: '/forgotten' } },
  ]
  for (const { name: form, ...options } of FORMS) {
    const visitor = await browser.newContext({ ...options, locale: 'en-GB', timezoneId: 'Europe/Zurich' })
    const door = await visitor.newPage()
    if (isWanted('sign-in')) {
      await door.goto(house.url)
      await door.waitForTimeout(PAINT_MS)
      await door.screenshot({ path: join(FOLDER, `sign-in-${form}.png`) })
    }
    for (const { cookie, pages } of visits) {
      const [name = '', value = ''] = cookie.split('=')
      await visitor.addCookies([{ name, value, url: house.url }])
      for (const [picture, path] of Object.entries(pages)) {
        if (!isWanted(picture)) continue
        await door.goto(house.url + path)
        await door.waitForTimeout(PAINT_MS)
        await door.screenshot({ path: join(FOLDER, `${picture}-${form}.png`) })
      }
    }
    await visitor.close()
  }
} finally {
  await browser.close()
  await house.stop()
}
