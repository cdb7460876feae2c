import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MINUTE_MS } from '@millrace/base'
import { startEmbeddedPostgres } from '@millrace/db/embedded'
import { type Caller, startHouse } from '@millrace/testing/house'
import pg from 'pg'
import type { BenchmarkArguments, BenchmarkResult } from './benchmark.ts'
import type { DevicesOrder, DevicesReport, PlayedDevice } from './ingest-devices.ts'
import { makePlant } from './ingest-plant.ts'
import { untilSettled } from './ingest-settled.ts'
import { percentile } from './percentile.ts'
import { runGenerator } from './run-generator.ts'

const GENERATOR = new URL('ingest-devices.ts', import.meta.url)
const DEVICES = 100
const SIGNALS_EACH = 10
const SECONDS = 30
/** Messages of a device that may be on their way at once, as many clients have it by default or are told. */
const IN_FLIGHT = 64
/** The data begin so long ago, and each device says all its signals with one time every 50 ms of theirs. */
const BEFORE_MS = 30 * MINUTE_MS

/**
 * Devices that speak MQTT with the server themselves: 100 connections, one JSON value a message, QoS 1, every acknowledgement
 * after the commit, up to 64 messages of a connection on their way. `--seconds N`, `--in-flight N`.
 *
 * messagesPerSecond counts acknowledged messages; lost are those of them that are not among the stored samples at the end. The
 * ten signals of a device share their times, so that a history that took equal times for equal samples would lose nine of ten.
 */
export async function ingestMqtt({ print, options }: BenchmarkArguments): Promise<BenchmarkResult> {
  const lengthMs = Number(options.get('seconds') ?? SECONDS) * 1000
  const inFlight = Number(options.get('in-flight') ?? IN_FLIGHT)
  const folder = await mkdtemp(join(tmpdir(), 'millrace-ingest-'))
  const database = await startEmbeddedPostgres({ dataDir: folder })
  process.env.MILLRACE_DATABASE_URL = database.url
  process.env.MILLRACE_QUOTAS = 'requests=unlimited, samples=unlimited'
  process.env.MILLRACE_MQTT_PORT = '0'
  const house = await startHouse(['--no-demo'])
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    print('Making the plant.')
    const { founder } = await makePlant(house.url, 0, 0)
    const devices = await makeDevices(founder)
    const door = await founder.get<{ port: number }>('/mqtt/door')
    const order = { port: door.port, devices, inFlight, startMs: Date.now() - BEFORE_MS, lengthMs }
    const { messages, tookMs, ackMs, acknowledged } = await generate(order)
    print(`${messages} messages in ${Math.round(tookMs)} ms.`)
    await untilSettled(client)
    const { lost, duplicated } = await countStored(client, devices, acknowledged)
    return {
      messagesPerSecond: Math.round(messages / (tookMs / 1000)),
      lost,
      duplicated,
      connections: devices.length,
      messages,
      ackMsP50: Number(percentile(ackMs, 0.5).toFixed(1)),
      ackMsP99: Number(percentile(ackMs, 0.99).toFixed(1)),
    }
  } finally {
    await client.end()
    await house.stop()
    await database.remove()
    await rm(folder, { recursive: true, force: true })
  }
}

async function makeDevices(founder: Caller): Promise<PlayedDevice[]> {
  const { items } = await founder.get<{ items: { id: string; level: string }[] }>('/plant/equipment')
  const areaId = items.find((one) => one.level === 'area')?.id
  const devices: PlayedDevice[] = []
  for (let number = 1; number <= DEVICES; number += 1) {
    const machine = await founder.send<{ id: string }>('POST', '/plant/equipment', {
      ...{ parentId: areaId, level: 'work-unit', name: `Press ${number}`, kind: 'press' },
    })
    const { device, secret } = await founder.send<{ device: { id: string; connectionId: string }; secret: string }>(
      'POST',
      '/mqtt/devices',
      { workUnitId: machine.id, name: `Sensor ${number}` },
    )
    const signals = Array.from({ length: SIGNALS_EACH }, (_, index) => ({
      ...{ workUnitId: machine.id, connectionId: device.connectionId, kind: 'number' },
      ...{ name: `signal ${index}`, address: `signal${index}` },
    }))
    const made = await founder.send<{ items: { series: number }[] }>('POST', '/telemetry/signals', { signals })
    devices.push({
      ...{ id: device.id, secret },
      signals: signals.map(({ address }, at) => ({ address, series: made.items[at]?.series ?? 0 })),
    })
  }
  return devices
}

function generate(order: DevicesOrder): Promise<DevicesReport> {
  return runGenerator(GENERATOR, order)
}

/** Every acknowledged message had a time of its own among those of its signal. */
async function countStored(
  client: pg.Client,
  devices: readonly PlayedDevice[],
  acknowledged: readonly (readonly number[])[],
): Promise<{ lost: number; duplicated: number }> {
  const { rows } = await client.query<{ series: number; count: string }>(
    'select series, sum(count) as count from telemetry.chunk group by series',
  )
  const stored = new Map(rows.map((row) => [row.series, Number(row.count)]))
  let lost = 0
  let duplicated = 0
  for (const [at, { signals }] of devices.entries()) {
    for (const [index, { series }] of signals.entries()) {
      const difference = (acknowledged[at]?.[index] ?? 0) - (stored.get(series) ?? 0)
      lost += Math.max(0, difference)
      duplicated += Math.max(0, -difference)
    }
  }
  return { lost, duplicated }
}
