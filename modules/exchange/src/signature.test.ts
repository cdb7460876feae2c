import { execFileSync } from 'node:child_process'
import { instant } from '@millrace/base'
import { expect, test } from 'vitest'
import { newSecret, secretText, signedHeaders } from './signature.ts'
import { snippets } from './web/snippets.ts'

const BODY = '{"type":"dev.millrace.exchange.test","data":"häll ✓"}'

interface Case {
  readonly secret: string
  readonly headers: Record<string, string>
  readonly body: string
}

/** One that is right, and everything that is almost right. */
function cases(): { right: Case[]; wrong: Case[] } {
  const [key, next, other] = [newSecret(), newSecret(), newSecret()]
  const at = (offsetMs: number) => signedHeaders('id-1', instant(Date.now() + offsetMs), BODY, [next, key])
  const right = { secret: secretText(key), headers: at(0), body: BODY }
  const changed = (headers: Record<string, string>) => ({ ...right, headers: { ...right.headers, ...headers } })
  return {
    right: [right, { ...right, secret: secretText(next) }, { ...right, headers: at(-200_000) }],
    wrong: [
      { ...right, secret: secretText(other) },
      { ...right, body: `${BODY} ` },
      changed({ 'webhook-id': 'id-2' }),
      changed({ 'webhook-timestamp': String(Math.floor(Date.now() / 1000) + 1) }),
      changed({ 'webhook-timestamp': 'now' }),
      changed({ 'webhook-signature': '' }),
      changed({ 'webhook-signature': 'v1,' }),
      changed({ 'webhook-signature': (right.headers['webhook-signature'] ?? '').replaceAll('v1,', 'v2,') }),
      { ...right, headers: at(-400_000) },
      { ...right, headers: at(400_000) },
    ],
  }
}

test('the snippet for Node that the page shows accepts what is sent, and nothing else', async () => {
  const file = `data:text/javascript,${encodeURIComponent(snippets.node)}`
  const { isFromMillrace } = (await import(/* @vite-ignore */ file)) as {
    isFromMillrace: (secret: string, headers: Record<string, string>, body: string) => boolean
  }
  const { right, wrong } = cases()
  for (const one of right) expect(isFromMillrace(one.secret, one.headers, one.body)).toBe(true)
  for (const one of wrong) expect(isFromMillrace(one.secret, one.headers, one.body), JSON.stringify(one)).toBe(false)
})

test('the snippet for Python does so too', (context) => {
  try {
    execFileSync('python3', ['--version'])
  } catch {
    process.stderr.write('No python3 on this machine: the snippet for Python was not tried.\n')
    context.skip()
  }
  const { right, wrong } = cases()
  const program = `${snippets.python}
import json, sys
print(json.dumps([is_from_millrace(c["secret"], c["headers"], c["body"].encode()) for c in json.load(sys.stdin)]))`
  const said = execFileSync('python3', ['-c', program], { input: JSON.stringify([...right, ...wrong]) })
  expect(JSON.parse(said.toString())).toEqual([...right.map(() => true), ...wrong.map(() => false)])
})
