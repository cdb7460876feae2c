import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Child } from './child.ts'
import { LocalPlant } from './local-plant.ts'
import type { WantedGateway } from './messages.ts'

/** Says what it was told in its environment, and waits to be stopped. */
const GATEWAY = `
process.on('message', () => process.exit(0))
console.log('code ' + process.env.MILLRACE_ENROLMENT_CODE)`

async function plantOf(): Promise<{ plant: LocalPlant; codes: () => Promise<string[]> }> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'millrace-plant-'))
  const entry = path.join(dataDir, 'gateway.mjs')
  const logPath = path.join(dataDir, 'gateway.log')
  await writeFile(entry, GATEWAY)
  const plant = new LocalPlant({
    config: { dataDir, inherited: { PATH: process.env.PATH ?? '' } } as never,
    programs: { server: '', simulator: '', edge: entry, webDir: '' },
    newChild: ({ logName: _, onMessage: __, ...options }) =>
      new Child({ ...options, logPath, onMessage: () => undefined, onChange: () => undefined, say: () => undefined }),
    cloudUrl: () => 'http://localhost:1',
    onEndpoints: () => undefined,
  })
  onTestFinished(async () => {
    await plant.stop()
    await rm(dataDir, { recursive: true, force: true })
  })
  const codes = async () => (await readFile(logPath, 'utf8').catch(() => '')).trim().split('\n')
  return { plant, codes }
}

test('a gateway that is started again has its code still, also when the server thinks that it is enrolled', async () => {
  const { plant, codes } = await plantOf()
  const gateway: WantedGateway = { id: 'g', name: 'Gateway' }
  const saysLast = (text: string) => expect.poll(async () => (await codes()).at(-1)).toBe(text)

  plant.match(null, [{ ...gateway, enrolmentCode: 'first' }])
  await saysLast('code first')
  plant.match(null, [{ ...gateway, enrolmentCode: 'second' }])
  await saysLast('code second')
  plant.match(null, [gateway])
  plant.restartGateways()
  await expect.poll(codes).toEqual(['code first', 'code second', 'code second'])
})
