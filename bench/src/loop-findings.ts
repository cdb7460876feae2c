import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { encodeBatch, QUALITY } from '@millrace/base'
import { type Caller, until } from '@millrace/testing/house'
import type { Page } from 'playwright-core'

const MACHINES = 20
const LEARN_S = 30 * 60
/** A change this long is enough for every one of the detectors. */
const PROVOKE_MS = 240_000
const USUAL_BAR = 40
const FAULTY_BAR = 52

interface Gateway {
  readonly gatewayId: string
  readonly enterpriseId: string
  readonly key: KeyObject
  readonly journal: string
  sequence: number
}

interface Finding {
  workUnitId: string
  foundAt: string
}

/**
 * Twenty machines of a gateway of our own run as usual for half an hour of samples, then each loses its usual pressure,
 * live, at a moment of its own.
 *
 * @returns for each machine, milliseconds from the sample that decided (the finding names it) to its name on the page.
 */
export async function measureFindings(url: string, caller: Caller, page: Page): Promise<number[]> {
  const { items } = await caller.get<{ items: { id: string; level: string; siteId: string }[] }>('/plant/equipment')
  const area = items.find((one) => one.level === 'area')
  if (!area) throw new Error('The demo company has no area.')
  const { gateway: made, enrolmentCode } = await caller.send<{ gateway: { id: string }; enrolmentCode: string }>(
    'POST',
    '/plant/gateways',
    { siteId: area.siteId, name: 'Bench gateway', local: false },
  )
  const gateway = await enrol(url, enrolmentCode)
  const connection = await caller.send<{ id: string }>('POST', '/plant/connections', {
    gatewayId: made.id,
    name: 'Bench connection',
    protocol: 'sparkplug',
    endpoint: 'mqtt://127.0.0.1:1',
  })
  const machines = await Promise.all(
    Array.from({ length: MACHINES }, (_, index) => makeMachine(caller, area.id, connection.id, index + 1)),
  )

  const startMs = Date.now() - LEARN_S * 1000
  for (const machine of machines) {
    const times = Float64Array.from({ length: LEARN_S }, (_, second) => startMs + second * 1000)
    await send(url, gateway, [
      column(machine.stateSeries, Float64Array.of(startMs), ['running']),
      column(
        machine.pressureSeries,
        times,
        times.map(() => USUAL_BAR + noise()),
      ),
    ])
  }

  // The machines are new: a page opened before knows no names for them.
  await page.reload()
  await page.getByRole('heading', { name: 'Findings' }).first().waitFor()
  await watchNames(page)
  const begunMs = Date.now()
  const waiting = new Set(machines.map((machine) => machine.id))
  while (waiting.size > 0 && Date.now() - begunMs < PROVOKE_MS) {
    const atMs = Date.now()
    await send(
      url,
      gateway,
      machines.map(({ pressureSeries }, index) => {
        // One machine after the other, half a second apart.
        const faulty = atMs - begunMs > index * 500
        return column(
          pressureSeries,
          Float64Array.of(atMs),
          Float64Array.of((faulty ? FAULTY_BAR : USUAL_BAR) + noise()),
        )
      }),
    )
    for (const [name] of await seenNames(page)) {
      const machine = machines.find((one) => one.name === name)
      if (machine) waiting.delete(machine.id)
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs + 1000 - Date.now())))
  }

  const seen = new Map(await seenNames(page))
  return until('the findings', 20_000, async () => {
    const found = await caller.get<{ items: Finding[] }>('/insight/findings?state=open&limit=200')
    const durations = machines.flatMap(({ id, name }) => {
      const finding = found.items.find((one) => one.workUnitId === id)
      const seenMs = seen.get(name)
      return finding && seenMs !== undefined ? [seenMs - Date.parse(finding.foundAt)] : []
    })
    if (durations.length < MACHINES)
      throw new Error(`Only ${durations.length} of ${MACHINES} findings reached the page.`)
    return durations
  })
}

function noise(): number {
  return (Math.random() - 0.5) * 0.4
}

function column(series: number, timestampsMs: Float64Array, values: Float64Array | string[]) {
  const qualities = new Uint8Array(timestampsMs.length).fill(QUALITY.good)
  return values instanceof Float64Array
    ? { series, kind: 'number' as const, timestampsMs, values, qualities }
    : { series, kind: 'text' as const, timestampsMs, values, qualities }
}

async function makeMachine(caller: Caller, parentId: string, connectionId: string, number: number) {
  const name = `Bench ${String(number).padStart(2, '0')}`
  const { id } = await caller.send<{ id: string }>('POST', '/plant/equipment', {
    parentId,
    level: 'work-unit',
    name,
    kind: 'cnc-mill',
  })
  const { items } = await caller.send<{ items: { series: number }[] }>('POST', '/telemetry/signals', {
    signals: [
      { workUnitId: id, name: 'state', measurand: 'state', kind: 'text', connectionId, address: `${name}/state` },
      {
        workUnitId: id,
        name: 'pressure',
        title: 'Coolant pressure',
        measurand: 'pressure',
        kind: 'number',
        unit: 'bar',
        connectionId,
        address: `${name}/pressure`,
      },
    ],
  })
  return { id, name, stateSeries: items[0]?.series ?? 0, pressureSeries: items[1]?.series ?? 0 }
}

async function enrol(url: string, code: string): Promise<Gateway> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { kty, crv, x } = publicKey.export({ format: 'jwk' })
  const answer = await fetch(`${url}/api/v1/plant/gateways/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, publicKey: { kty, crv, x } }),
  })
  if (!answer.ok) throw new Error(`Enrolling answered ${answer.status}: ${await answer.text()}`)
  const { gatewayId, enterpriseId } = (await answer.json()) as { gatewayId: string; enterpriseId: string }
  return { gatewayId, enterpriseId, key: privateKey, journal: randomUUID(), sequence: 0 }
}

function tokenOf({ gatewayId, enterpriseId, key }: Gateway): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const nowS = Math.floor(Date.now() / 1000)
  const claims = { iss: gatewayId, sub: enterpriseId, aud: 'millrace', iat: nowS, exp: nowS + 120, jti: randomUUID() }
  const signed = `${encode({ alg: 'EdDSA', kid: gatewayId })}.${encode(claims)}`
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
}

async function send(url: string, gateway: Gateway, columns: ReturnType<typeof column>[]): Promise<void> {
  gateway.sequence += 1
  const answer = await fetch(`${url}/api/v1/telemetry/batches`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${tokenOf(gateway)}`,
      'content-type': 'application/vnd.millrace.batch',
      'millrace-journal': gateway.journal,
    },
    body: Buffer.from(encodeBatch({ sequence: gateway.sequence, columns })),
    signal: AbortSignal.timeout(20_000),
  })
  if (!answer.ok) throw new Error(`A batch answered ${answer.status}: ${await answer.text()}`)
}

/** Notes in the page when each machine's name is painted for the first time. */
async function watchNames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: Record<string, number> = {}
    const look = () => {
      requestAnimationFrame(() => {
        const nowMs = performance.timeOrigin + performance.now()
        for (const name of document.body.innerText.match(/Bench \d\d/g) ?? []) seen[name] ??= nowMs
      })
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    Object.assign(window, { seenNames: seen })
  })
}

async function seenNames(page: Page): Promise<[string, number][]> {
  return page.evaluate(() => Object.entries((window as unknown as { seenNames: Record<string, number> }).seenNames))
}
