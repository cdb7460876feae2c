import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ConnectionSettings } from '../connection.ts'
import type { Discovery, Reading } from '../driver.ts'
import { startFakeServer } from '../testing/fake-opc-ua-server.ts'
import { until } from '../testing/until.ts'
import { OpcUaDriver } from './opc-ua.ts'

const NS = 'ns=1;s=Mill2.'
const ADDRESSES = ['power', 'feed', 'state', 'sensor', 'waveform'].map((name) => `${NS}${name}`)
const never = () => AbortSignal.timeout(20_000)

let dir: string
let server: Awaited<ReturnType<typeof startFakeServer>>
let drivers: OpcUaDriver[] = []

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'opc-ua-'))
  server = await startFakeServer(join(dir, 'server'), 0, true)
}, 60_000)

afterAll(async () => {
  await server.close()
  await rm(dir, { recursive: true, force: true })
})

beforeEach(() => {
  server.setPower(4.5)
})

afterEach(async () => {
  for (const driver of drivers) await driver.close()
  drivers = []
})

function given(options: ConnectionSettings['options'] = { securityPolicy: 'None' }, endpoint = server.url) {
  const heard = {
    readings: [] as Reading[],
    discovered: [] as Discovery[],
    lost: [] as string[],
    refused: [] as string[],
  }
  const settings: ConnectionSettings = {
    id: randomUUID() as ConnectionSettings['id'],
    name: 'Mill 2',
    protocol: 'opc-ua',
    endpoint,
    options,
  }
  const driver = new OpcUaDriver(
    settings,
    {
      readings: (readings) => heard.readings.push(...readings),
      discovered: (tags) => heard.discovered.push(...tags),
      lost: (reason) => heard.lost.push(reason),
      refused: (reason) => heard.refused.push(reason),
    },
    dir,
  )
  drivers.push(driver)
  const of = (name: string) => heard.readings.filter(({ address }) => address === `${NS}${name}`)
  return { driver, heard, of, settings }
}

test('changes arrive with the time and quality of their source', async () => {
  const { driver, of } = given()
  await driver.open(ADDRESSES, never())
  await until('all have reported', () => ADDRESSES.every((address) => of(address.slice(NS.length)).length > 0))
  const at = new Date('2026-11-22T09:15:00.250Z')
  server.setPower(6.25, at)
  const changed = await until('the change has arrived', () => of('power').find(({ value }) => value === 6.25))
  expect(changed).toEqual({ address: `${NS}power`, timestampMs: at.getTime(), value: 6.25, quality: 'good' })
  expect(of('state')[0]).toMatchObject({ value: 'running', quality: 'good' })
  expect(of('sensor')[0]).toMatchObject({ value: null, quality: 'bad' })
  expect(of('waveform')[0]?.value).toEqual(new Float32Array(64))
})

test('an address that the server does not know is bad and hides no other', async () => {
  const { driver, of } = given()
  await driver.open([`${NS}nothing`, `${NS}power`, 'no node id'], never())
  await until('the good one has reported', () => of('power').length > 0)
  expect(of('nothing')[0]).toMatchObject({ value: null, quality: 'bad' })
})

test('what is watched can change without a new session', async () => {
  const { driver, of, heard } = given()
  await driver.open([`${NS}state`], never())
  await driver.watch([`${NS}power`], never())
  await until('the new one has reported', () => of('power').length > 0)
  const before = of('state').length
  server.setState('idle')
  server.setPower(7)
  await until('the change has arrived', () => of('power').some(({ value }) => value === 7))
  expect(of('state').length).toBe(before)
  expect(heard.lost).toEqual([])
  server.setState('running')
})

test('a value is written and read back; one of another type is not', async () => {
  const { driver } = given()
  await driver.open([`${NS}feed`], never())
  await driver.write(`${NS}feed`, 85, never())
  expect(server.feed()).toBe(85)
  expect(await driver.read(`${NS}feed`, never())).toMatchObject({ value: 85, quality: 'good' })
  await expect(driver.write(`${NS}feed`, 'fast', never())).rejects.toThrow(/does not fit/)
  await expect(driver.write(`${NS}nothing`, 1, never())).rejects.toThrow()
  expect(server.feed()).toBe(85)
})

test('a connection without signals says what there is, with units', async () => {
  const { driver, heard } = given()
  await driver.open([], never())
  await until('it has looked around', () => heard.discovered.length > 0)
  expect(heard.discovered).toContainEqual({ address: `${NS}power`, name: 'Mill2/power', kind: 'number', unit: 'kW' })
  expect(heard.discovered).toContainEqual({ address: `${NS}state`, name: 'Mill2/state', kind: 'text' })
  expect(heard.discovered).toContainEqual({ address: `${NS}waveform`, name: 'Mill2/waveform', kind: 'vector' })
  expect(heard.discovered.length).toBe(5)
})

// proves: T-D5
test('without a setting the strongest security is used, and the first certificate is the only one trusted', async () => {
  const { driver, settings } = given({})
  await driver.open([`${NS}power`], never())
  await driver.close()
  const pins = join(dir, 'opc-ua-servers.json')
  const known: Record<string, string> = JSON.parse(await readFile(pins, 'utf8'))
  expect(known[settings.id]).toMatch(/^[0-9a-f]{64}$/)
  await writeFile(pins, JSON.stringify({ ...known, [settings.id]: '0'.repeat(64) }))
  const again = new OpcUaDriver(settings, { readings: ignore, discovered: ignore, lost: ignore, refused: ignore }, dir)
  drivers.push(again)
  await expect(again.open([`${NS}power`], never())).rejects.toThrow(/another certificate/)
})

test('a server that goes away is a loss', async () => {
  const short = await startFakeServer(join(dir, 'short'))
  const { driver, heard, of } = given({ securityPolicy: 'None' }, short.url)
  await driver.open([`${NS}power`], never())
  await until('it has reported', () => of('power').length > 0)
  await short.close()
  await until('the loss was seen', () => heard.lost.length > 0)
})

test('nobody there is a sentence', async () => {
  const { driver } = given({ securityPolicy: 'None' }, 'opc.tcp://127.0.0.1:9')
  await expect(driver.open([`${NS}power`], never())).rejects.toThrow()
})

// proves: T-D3
test('a server that talks garbage is refused and nothing else happens', async () => {
  const sockets = new Set<Socket>()
  const garbage = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', ignore)
    socket.on('data', () => socket.write(Buffer.from(`ACKF\xff\xff\xff\x7f${'garbage'.repeat(100)}`, 'latin1')))
  })
  await new Promise<void>((done) => garbage.listen(0, '127.0.0.1', done))
  const { port } = garbage.address() as AddressInfo
  const { driver } = given({ securityPolicy: 'None' }, `opc.tcp://127.0.0.1:${port}`)
  await expect(driver.open([`${NS}power`], AbortSignal.timeout(15_000))).rejects.toThrow()
  for (const socket of sockets) socket.destroy()
  await new Promise((done) => garbage.close(done))
}, 30_000)

function ignore(): void {
  // Nothing to hear in these tests.
}
