import { existsSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Problem } from '@millrace/base'
import '@millrace/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOutbound, outboundFailed, outboundRefused, parseOutboundAllow } from './index.ts'
import { insideOf } from './outbound-address.ts'

// proves: T-H2

const CORPUS = fileURLToPath(new URL('../../../../shared/security/corpora/web/made-web.jsonl', import.meta.url))
const OWN = [
  'http://LOCALHOST:PORT/',
  'http://0x7f.1:PORT/',
  'http://0177.0.0.1:PORT/',
  'http://2130706433:PORT/',
  'http://127.1:PORT/',
  'http://0.0.0.0:PORT/',
  'http://[::]:PORT/',
  'http://[::1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://[64:ff9b::7f00:1]:PORT/',
  'http://１２７.０.０.１:PORT/',
  'http://127.0.0.1:PORT\\@example.com/',
  'http:127.0.0.1:PORT/',
  '//127.0.0.1:PORT/',
  'file:///etc/passwd',
]

/** The addresses of the corpus that must not be reached; some of our own when it is not beside the checkout. */
function forbiddenAddresses(): readonly string[] {
  if (!existsSync(CORPUS)) {
    process.stderr.write(`No corpus web beside the checkout: testing with ${OWN.length} addresses of our own.\n`)
    return OWN
  }
  const entries = readFileSync(CORPUS, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
  return [
    ...OWN,
    ...entries
      .map((line) => JSON.parse(line) as { kind: string; value: string })
      .filter((entry) => entry.kind === 'ssrf')
      .map((entry) => entry.value),
  ]
}

let canary: TcpServer
let hits = 0
let receiver: Server
/** What the receiver does with the next requests. */
let answer: RequestListener = (_request, response) => response.end('thank you')

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port

beforeAll(async () => {
  canary = createTcpServer((socket) => {
    hits += 1
    socket.destroy()
  })
  // Every address of this machine, IPv6 too where there is any.
  await new Promise<void>((resolve) => canary.listen(0, resolve))
  receiver = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
})

afterAll(async () => {
  receiver.closeAllConnections()
  await Promise.all([canary, receiver].map((one) => new Promise((resolve) => one.close(resolve))))
})

const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as Problem,
  )
const strict = createOutbound()
const trusting = () => createOutbound({ allow: parseOutboundAllow(`127.0.0.1:${portOf(receiver)}`).rules })
const receiverUrl = (path = '/') => `http://127.0.0.1:${portOf(receiver)}${path}`

test('the canary counts whoever comes', async () => {
  hits = 0
  await caught(fetch(`http://127.0.0.1:${portOf(canary)}/`))
  expect(hits).toBe(1)
})

test('no written form of an inside address is called, plain or with TLS', async () => {
  hits = 0
  for (const value of forbiddenAddresses()) {
    const url = value.replaceAll('PORT', String(portOf(canary)))
    for (const one of [url, url.replace(/^\s*http:/, 'https:')]) {
      const error = await caught(strict.fetch(one, { timeoutMs: 300 }))
      expect([outboundRefused.type, outboundFailed.type], one).toContain(error?.type)
    }
  }
  expect(hits).toBe(0)
})

test("an administrator's setting for exactly that host and port does not open this machine", async () => {
  hits = 0
  const port = portOf(canary)
  for (const value of forbiddenAddresses()) {
    const url = value.replaceAll('PORT', String(port))
    const host = URL.canParse(url) ? new URL(url).hostname : url
    const error = await caught(strict.fetch(url, { timeoutMs: 300, allow: { host, port } }))
    expect([outboundRefused.type, outboundFailed.type], url).toContain(error?.type)
  }
  expect(hits).toBe(0)
})

test('a name is judged by the addresses it leads to, each time it is connected to', async () => {
  hits = 0
  const answers = ['8.8.8.8', '127.0.0.1', '8.8.8.8', '::1', '10.0.0.7', '169.254.169.254']
  let asked = 0
  const changing = createOutbound({
    resolve: async () => {
      const address = answers[asked % answers.length] ?? ''
      asked += 1
      return [{ address, family: address.includes(':') ? 6 : 4 }]
    },
  })
  const reasons: unknown[] = []
  for (let call = 0; call < 12; call += 1) {
    const error = await caught(changing.fetch('https://rebind.example/', { timeoutMs: 200 }))
    reasons.push(error?.data.reason)
  }
  expect(asked).toBe(12)
  const refusals = reasons.filter((_, index) => answers[index % answers.length] !== '8.8.8.8')
  expect(refusals).toEqual(refusals.map(() => 'address'))
  expect(hits).toBe(0)
})

test('a name that leads outside and inside at the same time is refused', async () => {
  const both = createOutbound({
    resolve: async () => [
      { address: '8.8.8.8', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ],
  })
  expect(await caught(both.fetch('https://both.example/'))).toBeProblem(outboundRefused)
})

test('a private address opens for one setting, a metadata address for none', async () => {
  const at = (address: string) =>
    createOutbound({
      resolve: async () => [{ address, family: 4 }],
      allow: parseOutboundAllow('169.254.0.0/16').rules,
    })
  const allow = { host: 'idp.plant.example', port: 443 }
  const url = 'https://idp.plant.example/'
  expect((await caught(at('10.1.2.3').fetch(url, { timeoutMs: 100 })))?.data.reason).toBe('address')
  expect(await caught(at('10.1.2.3').fetch(url, { timeoutMs: 100, allow }))).toBeProblem(outboundFailed)
  expect(await caught(at('169.254.3.4').fetch(url, { timeoutMs: 100 }))).toBeProblem(outboundFailed)
  expect((await caught(at('169.254.169.254').fetch(url, { timeoutMs: 100, allow })))?.data.reason).toBe('address')
  expect(await caught(at('127.0.0.1').fetch(url, { timeoutMs: 100, allow }))).toBeProblem(outboundRefused)
})

test('a redirect is handed to the caller and not followed', async () => {
  hits = 0
  answer = (_request, response) => response.writeHead(302, { location: `http://127.0.0.1:${portOf(canary)}/` }).end()
  const { status, headers } = await trusting().fetch(receiverUrl())
  expect(status).toBe(302)
  expect(headers.location).toContain(String(portOf(canary)))
  expect(hits).toBe(0)
})

test('a proxy of the environment is not asked', async () => {
  hits = 0
  const proxy = `http://127.0.0.1:${portOf(canary)}`
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']
  for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : proxy
  answer = (_request, response) => response.end('directly')
  try {
    expect((await trusting().fetch(receiverUrl())).body.toString()).toBe('directly')
  } finally {
    for (const name of names) delete process.env[name]
  }
  expect(hits).toBe(0)
})

test('what is sent arrives, what is answered comes back', async () => {
  answer = (request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () =>
      response
        .writeHead(201, { 'x-got': String(request.headers['x-sent']), 'retry-after': '7' })
        .end(`${request.method} ${request.url} ${Buffer.concat(pieces)}`),
    )
  }
  const { status, headers, body } = await trusting().fetch(receiverUrl('/in?a=1'), {
    method: 'POST',
    headers: { 'x-sent': 'yes' },
    body: 'häll',
  })
  expect({ status, got: headers['x-got'], later: headers['retry-after'] }).toEqual({
    status: 201,
    got: 'yes',
    later: '7',
  })
  expect(body.toString()).toBe('POST /in?a=1 häll')
})

test('an answer longer than asked for is refused, or cut when only its beginning is wanted', async () => {
  answer = (_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      response.once('drain', more)
    }
    more()
  }
  expect((await caught(trusting().fetch(receiverUrl(), { maxBytes: 1000 })))?.data.reason).toBe('too-long')
  const cut = await trusting().fetch(receiverUrl(), { maxBytes: 1000, longer: 'cut' })
  expect(cut.body).toHaveLength(1000)
})

/** Does something again and again until the other side has gone. */
function drip(act: (response: ServerResponse) => void): RequestListener {
  return (_request, response) => {
    const timer = setInterval(() => act(response), 20)
    response.on('close', () => clearInterval(timer))
  }
}

test.each([
  { how: 'never answers', does: () => undefined },
  { how: 'drips its head', does: drip((response) => response.writeProcessing()) },
  { how: 'drips its body', does: drip((response) => response.write('.')) },
])('one that $how is left in time', async ({ does }) => {
  answer = does
  expect((await caught(trusting().fetch(receiverUrl(), { timeoutMs: 250 })))?.data.reason).toBe('timeout')
})

test('the caller can give up', async () => {
  answer = () => undefined
  const giveUp = new AbortController()
  const call = caught(trusting().fetch(receiverUrl(), { signal: giveUp.signal }))
  giveUp.abort()
  expect((await call)?.data.reason).toBe('cancelled')
})

test.each([
  ['https://user:secret@example.com/', 'credentials'],
  ['https://example.com:22/', 'port'],
  ['http://example.com/', 'scheme'],
  ['ftp://example.com/', 'scheme'],
  ['gopher://example.com/', 'scheme'],
  ['https://10.0.0.1/', 'address'],
  ['https://[fd12::1]/', 'address'],
  [`https://example.com/${'x'.repeat(3000)}`, 'url'],
  ['', 'url'],
  ['https://', 'url'],
  ['https://exa mple.com/', 'url'],
])('%.40s is refused because of its %s, before any name is looked up', (url, reason) => {
  const asked = createOutbound({ resolve: () => Promise.reject(new Error('Nobody should ask.')) })
  let problem: Problem | undefined
  try {
    asked.check(url)
  } catch (error) {
    problem = error as Problem
  }
  expect(problem).toBeProblem(outboundRefused)
  expect(problem?.data.reason).toBe(reason)
})

test('failures say which: an unknown name, nobody listening, somebody who speaks no TLS', async () => {
  const nowhere = createOutbound({
    resolve: () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })),
  })
  expect((await caught(nowhere.fetch('https://nowhere.example/')))?.data.reason).toBe('name')
  const closed = createTcpServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const port = portOf(closed)
  await new Promise((resolve) => closed.close(resolve))
  const out = createOutbound({ allow: parseOutboundAllow(`127.0.0.1:${port}, 127.0.0.1:${portOf(receiver)}`).rules })
  expect((await caught(out.fetch(`http://127.0.0.1:${port}/`)))?.data.reason).toBe('connection')
  expect((await caught(out.fetch(receiverUrl().replace('http:', 'https:'))))?.data.reason).toBe('tls')
})

test.each([
  ['1.1.1.1', undefined],
  ['2606:4700::1111', undefined],
  ['64:ff9b::101:101', undefined],
  ['::ffff:1.1.1.1', undefined],
  ['127.0.0.1', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['64:ff9b::7f00:1', 'loopback'],
  ['64:ff9b::', 'reserved'],
  ['172.31.255.255', 'private'],
  ['172.32.0.1', undefined],
  ['100.64.0.1', 'private'],
  ['100.128.0.1', undefined],
  ['100.100.100.200', 'metadata'],
  ['::ffff:169.254.169.254', 'metadata'],
  ['fd00:ec2::254', 'metadata'],
  ['fdff::1', 'private'],
  ['fe80::1%eth0', 'link-local'],
  ['2002:7f00:1::', 'reserved'],
  ['2001::1', 'reserved'],
  ['::7f00:1', 'reserved'],
  ['64:ff9b:1::7f00:1', 'reserved'],
  ['255.255.255.255', 'reserved'],
  ['224.0.0.1', 'multicast'],
  ['ff02::1', 'multicast'],
  ['no address', 'reserved'],
])('%s is %s', (address, inside) => {
  expect(insideOf(address)).toBe(inside)
})

test('the list of what is open is read exactly, and each entry that makes no sense is named', () => {
  const { rules, faults } = parseOutboundAllow(
    'idp.Plant.example, 10.1.2.3:8080,[FD00::5]:8443 , 10.4.0.0/16,fd00::/8,',
  )
  expect(faults).toEqual([])
  expect(rules.filter((rule) => 'host' in rule)).toEqual([
    { host: 'idp.plant.example', port: undefined },
    { host: '10.1.2.3', port: 8080 },
    { host: 'fd00::5', port: 8443 },
  ])
  const wrong = ['10.0.0.0/33', 'x/8', 'http://a', 'a:0', 'a:70000', 'u@h', 'a b', '10.0.0.0/8/9', '[::1', 'fd00::/129']
  for (const entry of wrong) expect(parseOutboundAllow(entry).faults, entry).toHaveLength(1)
})
