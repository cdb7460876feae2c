import { type House, startHouse } from '@millrace/testing/house'
import type { Page } from '@playwright/test'
import { expect, test } from './test.ts'

/** What would run in a page that takes text for markup; most of it after the Big List of Naughty Strings. */
const MARKUP = [
  '<script>window.ran=1</script>',
  '<img src=x onerror=window.ran=1>',
  '"><svg/onload=window.ran=1>',
  `'"><iframe srcdoc="<script>parent.ran=1</script>">`,
  '<a href="javascript:window.ran=1">Click</a>',
  '<style>*{display:none}</style>',
  '<details open ontoggle=window.ran=1>',
  '{{constructor.constructor("window.ran=1")()}}',
  '<math><mtext><img src=x onerror=window.ran=1>',
  '<ScRiPt>window.ran=1</sCrIpT>',
  '<b style="position:fixed;inset:0">fat</b>',
  'javascript:window.ran=1',
] as const
const [SCRIPT, IMAGE, SVG, FRAME, LINK, STYLE, DETAILS, BRACES, MATH, MIXED, FAT, URL_SCHEME] = MARKUP

/** A page with a live stream is never wholly quiet. */
const SETTLED_MS = 2000

let house: House
let cookie: string
let pages: readonly string[]

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${house.url}/api/v1${path}`, {
    method,
    headers: { cookie, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  })
  const text = await answer.text()
  expect(answer.status, `${method} ${path}: ${text}`).toBeLessThan(300)
  cookie ||= answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  return (text === '' ? undefined : JSON.parse(text)) as T
}

test.beforeAll(async () => {
  test.setTimeout(180_000)
  house = await startHouse(['--no-demo'])
  cookie = ''
  await ask('POST', '/identity/enterprises', {
    enterpriseName: SCRIPT,
    person: { name: IMAGE, email: 'ida@founder.example', password: 'A founder of Sursee, 1987' },
  })
  const person = await ask<{ id: string }>('POST', '/identity/people', {
    ...{ name: SVG, title: FRAME, email: 'someone@founder.example', grants: [] },
  })
  await ask('POST', '/identity/network-zones', { name: LINK, ranges: ['10.0.0.0/8'] })
  const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: MIXED, shifts: [] }
  const site = await ask<{ id: string }>('POST', '/plant/sites', { name: DETAILS, ...place })
  const area = await ask<{ id: string }>('POST', '/plant/equipment', { parentId: site.id, level: 'area', name: BRACES })
  const machine = await ask<{ id: string }>('POST', '/plant/equipment', {
    ...{ parentId: area.id, level: 'work-unit', name: MATH, kind: 'mill' },
  })
  await ask('POST', '/plant/equipment', { parentId: area.id, level: 'work-unit', name: STYLE, kind: 'mill' })
  const { gateway } = await ask<{ gateway: { id: string } }>('POST', '/plant/gateways', {
    ...{ siteId: site.id, name: MIXED, local: false },
  })
  await ask('POST', '/plant/connections', {
    ...{ gatewayId: gateway.id, name: FAT, protocol: 'opc-ua', endpoint: 'opc.tcp://127.0.0.1:1' },
  })
  await ask('POST', '/identity/stations', { name: URL_SCHEME, placeId: site.id })
  const [query, provider] = [encodeURIComponent(IMAGE), '/identity/sign-in-settings/new/oidc']
  pages = [
    ...['/overview', '/plant/machines', `/plant/machines/${machine.id}`, `/plant/sites/${site.id}`],
    ...[`/plant/places/${area.id}`, '/insight/findings', '/control/commands', '/settings', '/exchange/webhooks'],
    ...['/exchange/webhooks/new', '/identity/people', `/identity/people/${person.id}`, '/identity/roles'],
    ...['/identity/access', `/identity/access?person=${person.id}`, '/identity/api-keys', '/identity/zones'],
    ...['/identity/stations', '/identity/profile', '/identity/break-glass', '/identity/sign-in-settings', provider],
    // An address is text that somebody else wrote, too.
    ...['/identity/trail', `/identity/trail?text=${query}&object=${query}`, `/nowhere/${query}`],
    ...[`/sign-in?return=${encodeURIComponent(URL_SCHEME)}`, '/station'],
  ]
})
test.afterAll(() => house?.stop())

/** What a page did that it must not do. */
async function misdeedsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const seen = window as unknown as { ran?: number; violations?: string[] }
    const strange = document.querySelectorAll(
      'img[src="x"], iframe, math, svg[onload], details[ontoggle], [onerror], [style*="inset:0"], a[href^="javascript" i]',
    )
    return [
      ...(seen.ran === undefined ? [] : ['a script ran']),
      ...[...strange].map((element) => `there is ${element.outerHTML.slice(0, 100)}`),
      ...(seen.violations ?? []).map((what) => `the content policy stopped ${what}`),
    ]
  })
}

// proves: T-H5
test('markup in names, titles and addresses is text on every screen: nothing runs, and nothing asks the policy to', async ({
  browser,
}) => {
  test.setTimeout(300_000)
  const context = await browser.newContext()
  await context.addInitScript(() => {
    const seen = window as unknown as { violations: string[] }
    seen.violations = []
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile, sample }) => {
      seen.violations.push(`${effectiveDirective} ${blockedURI} ${sourceFile} ${sample}`)
    })
  })
  const [name = '', value = ''] = cookie.split('=')
  await context.addCookies([{ name, value, url: house.url }])
  const page = await context.newPage()
  const faults: string[] = []
  page.on('dialog', (dialog) => {
    faults.push(`${page.url()}: a dialog says ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => void faults.push(`${page.url()}: ${error.message}`))
  const shown = new Set<string>()
  for (const path of pages) {
    await page.goto(house.url + path)
    await page.locator('h1, [role=alert], form').first().waitFor()
    await page.waitForLoadState('networkidle', { timeout: SETTLED_MS }).catch(() => undefined)
    faults.push(...(await misdeedsOf(page)).map((misdeed) => `${path}: ${misdeed}`))
    const text = await page.evaluate(() => document.body.innerText)
    for (const one of MARKUP) if (text.includes(one)) shown.add(one)
  }
  // Where things open on top of the page: a menu, a dialog, the details of an act.
  await page.goto(`${house.url}/identity/trail`)
  await page
    .getByRole('button', { name: /^Details of: / })
    .first()
    .click()
  await page.getByRole('dialog').waitFor()
  faults.push(...(await misdeedsOf(page)).map((misdeed) => `the details of an act: ${misdeed}`))
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.getByRole('button', { name: 'Dark colours' }).click()
  faults.push(...(await misdeedsOf(page)).map((misdeed) => `the other theme: ${misdeed}`))
  await page.keyboard.press('Control+k')
  await page.keyboard.type('<')
  faults.push(...(await misdeedsOf(page)).map((misdeed) => `the search: ${misdeed}`))
  expect(faults).toEqual([])
  // Nothing was left out: each of them stood on some screen, as it was typed.
  expect(MARKUP.filter((one) => !shown.has(one))).toEqual([])
  await context.close()
})

// proves: T-H5
test('the content policy allows no script and no style that stands in a page', async () => {
  for (const path of ['/', '/identity/trail', '/api/v1/identity/session']) {
    const answer = await fetch(house.url + path, { headers: { cookie } })
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy, path).toContain("script-src 'self';")
    expect(policy, path).toContain("style-src 'self';")
    expect(policy, path).toContain("object-src 'none'")
    expect(policy, path).not.toMatch(/unsafe|\*|data:(?!.*blob)/)
  }
})
