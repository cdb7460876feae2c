import { execFile } from 'node:child_process'
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { mkdtemp, readFile, rm, statfs, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { encodeBatch, QUALITY } from '@millrace/base'
import { type Caller, foundEnterprise, startHouse, until } from '@millrace/testing/house'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const DISK_MIB = 600
/** What is left when the disk is nearly full: a few seconds of samples. */
const LEFT_BYTES = 8 * 1024 * 1024
const SAMPLES = 5000
const TIMEOUT_MS = 150_000

/** A small disk of memory; undefined where it cannot be made. */
async function makeDisk(): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-disk-'))
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m,mode=711`, 'tmpfs', folder])
    return folder
  } catch {
    await rm(folder, { recursive: true })
    return undefined
  }
}

/** Writes a file until no more than `leftBytes` are free; the database may take some of it first. */
async function fill(disk: string, file: string, leftBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(disk)
  try {
    await writeFile(file, Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
}

interface Sender {
  /** @returns what the server answered to the next batch, or to the last one again when it was not taken. */
  send(): Promise<{ status: number; retryAfter: string | null }>
  readonly acknowledgedCount: number
}

/** A plant with one signal, and a gateway that sends numbers which cannot be packed. */
async function makeSender(url: string, founder: Caller): Promise<{ sender: Sender; series: number; baseMs: number }> {
  const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }
  const site = await founder.send<{ id: string }>('POST', '/plant/sites', { name: 'Plant', ...place })
  const area = await founder.send<{ id: string }>('POST', '/plant/equipment', {
    ...{ parentId: site.id, level: 'area', name: 'Machines' },
  })
  const machine = await founder.send<{ id: string }>('POST', '/plant/equipment', {
    ...{ parentId: area.id, level: 'work-unit', name: 'Mill', kind: 'mill' },
  })
  const { gateway, enrolmentCode } = await founder.send<{ gateway: { id: string }; enrolmentCode: string }>(
    'POST',
    '/plant/gateways',
    { siteId: site.id, name: 'Gateway', local: false },
  )
  const connection = await founder.send<{ id: string }>('POST', '/plant/connections', {
    ...{ gatewayId: gateway.id, name: 'Mill', protocol: 'opc-ua', endpoint: 'opc.tcp://127.0.0.1:4840' },
  })
  const { items } = await founder.send<{ items: { series: number }[] }>('POST', '/telemetry/signals', {
    signals: [{ workUnitId: machine.id, connectionId: connection.id, kind: 'number', name: 'noise', address: 'noise' }],
  })
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x } = publicKey.export({ format: 'jwk' })
  const enrolled = await founder.send<{ gatewayId: string; enterpriseId: string }>('POST', '/plant/gateways/enrol', {
    ...{ code: enrolmentCode, publicKey: { kty: 'OKP', crv: 'Ed25519', x } },
  })

  const series = items[0]?.series ?? 0
  const baseMs = Date.now() - 3_600_000
  const journal = randomUUID()
  let acknowledgedCount = 0
  const sender = {
    get acknowledgedCount() {
      return acknowledgedCount
    },
    async send() {
      const body = encodeBatch({
        sequence: acknowledgedCount / SAMPLES + 1,
        columns: [
          {
            ...{ series, kind: 'number' as const },
            timestampsMs: Float64Array.from({ length: SAMPLES }, (_, at) => baseMs + acknowledgedCount + at),
            values: Float64Array.from({ length: SAMPLES }, () => Math.random()),
            qualities: new Uint8Array(SAMPLES).fill(QUALITY.good),
          },
        ],
      })
      const answer = await fetch(`${url}/api/v1/telemetry/batches`, {
        method: 'POST',
        headers: {
          'content-type': 'application/vnd.millrace.batch',
          'millrace-journal': journal,
          authorization: `Bearer ${tokenOf(privateKey, enrolled.gatewayId, enrolled.enterpriseId)}`,
        },
        body: Buffer.from(body),
        signal: AbortSignal.timeout(30_000),
      })
      await answer.arrayBuffer()
      if (answer.status === 200) acknowledgedCount += SAMPLES
      return { status: answer.status, retryAfter: answer.headers.get('retry-after') }
    },
  }
  return { sender, series, baseMs }
}

function tokenOf(key: KeyObject, gatewayId: string, enterpriseId: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    ...{ iss: gatewayId, sub: enterpriseId, aud: 'millrace', jti: randomUUID() },
    exp: Math.floor(Date.now() / 1000) + 60,
  }
  const signed = `${part({ alg: 'EdDSA', kid: gatewayId })}.${part(claims)}`
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
}

test(
  'when the disk is full gateways are told to wait, nothing acknowledged is lost, and with space it goes on by itself',
  async ({ skip }) => {
    const disk = await makeDisk()
    if (disk === undefined) return skip('A small disk to fill can be made on Linux as root only.')
    const house = await startHouse(['--no-demo'], join(disk, 'data'))
    try {
      const founder = await foundEnterprise(house.url, 'Full Ltd')
      const { sender, series, baseMs } = await makeSender(house.url, founder)
      expect((await sender.send()).status).toBe(200)

      const ballast = join(disk, 'ballast')
      await fill(disk, ballast, LEFT_BYTES)
      let refused = await sender.send()
      while (refused.status === 200) refused = await sender.send()
      expect(refused).toEqual({ status: 503, retryAfter: expect.stringMatching(/^[1-9]\d*$/) })
      // Also when the database has died of it, and cannot be started without space.
      await fill(disk, join(disk, 'rest'), 0)
      const cluster = join(disk, 'data', 'database', 'cluster')
      process.kill(Number.parseInt(await readFile(join(cluster, 'postmaster.pid'), 'utf8'), 10), 'SIGKILL')
      await until('the supervisor to see why', 30_000, async () => house.output().includes('is full: the database'))
      expect(await sender.send()).toEqual({ status: 503, retryAfter: expect.stringMatching(/^[1-9]\d*$/) })

      await rm(join(disk, 'rest'))
      await truncate(ballast, 0)
      await until('samples to be taken again', 60_000, async () => (await sender.send()).status === 200, 500)
      const path = `/telemetry/envelopes?series=${series}&fromMs=${baseMs}&toMs=${baseMs + sender.acknowledgedCount}`
      await until('every acknowledged sample in the history', 30_000, async () => {
        const { items } = await founder.get<{ items: { count: number[] }[] }>(path)
        const found = items[0]?.count.reduce((sum, count) => sum + count, 0)
        return found === sender.acknowledgedCount
      })
    } finally {
      await house.stop()
      await run('umount', [disk])
      await rm(disk, { recursive: true })
    }
  },
  TIMEOUT_MS,
)
