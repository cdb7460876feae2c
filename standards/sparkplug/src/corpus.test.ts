import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isProblem } from '@millrace/base'
import { expect, test } from 'vitest'
import { decodePayload } from './decode.ts'
import { type HostEffect, type HostNode, receive, tick, UNBORN_NODE } from './host-node.ts'
import { parseTopic } from './topic.ts'

// The corpus of hostile messages is kept beside the checkout, not in it.
const CORPUS = fileURLToPath(
  new URL('../../../../shared/security/corpora/sparkplug/made-sparkplug.jsonl', import.meta.url),
)

const NOW_MS = 1_790_000_000_000
const LATER_MS = NOW_MS + 10_000

type Entry = { id: string; topic: string; hex: string; expect: string }

const entries: Entry[] = existsSync(CORPUS)
  ? readFileSync(CORPUS, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Entry => JSON.parse(line))
  : []

if (entries.length === 0) process.stderr.write(`The Sparkplug corpus is not at ${CORPUS}: its tests are skipped.\n`)

const bytesOf = (entry: Entry) => Uint8Array.from(Buffer.from(entry.hex, 'hex'))

/** What a host that listens to plant1/edge1 alone makes of the message, after that node's good birth. */
function outcome(entry: Entry): { verdict: string; effects: HostEffect[] } {
  let host: HostNode = UNBORN_NODE
  const birth = entries.find(({ id }) => id === 'ok-nbirth')
  if (birth)
    host = receive(host, { type: 'NBIRTH', deviceId: undefined, payload: decodePayload(bytesOf(birth)) }, NOW_MS).node
  try {
    const topic = parseTopic(entry.topic)
    if (topic.kind === 'state' || topic.type === 'NCMD' || topic.type === 'DCMD')
      return { verdict: 'reject', effects: [] }
    if (topic.groupId !== 'plant1' || topic.edgeNodeId !== 'edge1') return { verdict: 'reject', effects: [] }
    const deviceId = topic.kind === 'device' ? topic.deviceId : undefined
    const payload = decodePayload(bytesOf(entry))
    const first = receive(host, { type: topic.type, deviceId, payload }, NOW_MS)
    const second = tick(first.node, LATER_MS, 2_000)
    return { verdict: verdictOf([...first.effects, ...second.effects]), effects: [...first.effects, ...second.effects] }
  } catch (error) {
    if (!isProblem(error)) throw error
    return { verdict: 'reject', effects: [] }
  }
}

function verdictOf(effects: readonly HostEffect[]): string {
  const types = effects.map(({ type }) => type)
  if (types.includes('rebirth-wanted')) return 'rebirth'
  if (types.includes('refused')) return 'reject'
  return types.includes('ignored') ? 'ignore' : 'accept'
}

// proves: T-D3, T-D6
test.skipIf(entries.length === 0).each(entries.map((entry) => [entry.id, entry] as const))('%s', (_, entry) => {
  const { verdict } = outcome(entry)
  // Times far from the clock pass the codec; the gateway sets them aside, because only it knows the clock.
  if (entry.expect === 'quarantine') expect(verdict).toBe('accept')
  else if (entry.expect !== 'either') expect(verdict).toBe(entry.expect)
})

// Also without the corpus there is one hostile message: a metric that promises more bytes than there are.
test('a message cut short is refused', () => {
  expect(outcome({ id: 'own', topic: 'spBv1.0/plant1/NDATA/edge1', hex: '12ff', expect: 'reject' }).verdict).toBe(
    'reject',
  )
})
