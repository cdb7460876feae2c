import { KeyObject } from 'node:crypto'
import { createServer } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { until } from '@millrace/testing/house'
import { openMailbox } from '@millrace/testing/mailbox'
import 'reflect-metadata'
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509'
import { expect, test } from 'vitest'
import type { Log } from './log.ts'
import { createMail, NO_MAIL } from './mail.ts'
import { type MailSettings, parseMail } from './mail-settings.ts'

const FROM = 'Millrace <millrace@plant.example>'
const QUICK = { attemptMs: 2000, pausesMs: [20, 20] }
const MESSAGE = {
  to: 'mia@plant.example',
  subject: 'Join Muster AG',
  text: 'Open https://m.example/join?token=mri_secret',
}

/** A log that keeps everything that was said. */
function listening(): Log & { readonly said: string[] } {
  const said: string[] = []
  const say = (...words: unknown[]) =>
    void said.push(words.map((word) => (word instanceof Error ? String(word.stack) : JSON.stringify(word))).join(' '))
  return { said, info: say, warn: say, error: say }
}

function settings(url: string, security?: MailSettings['security']): MailSettings {
  const parsed = parseMail(url, FROM).settings ?? expect.fail(`${url} should be taken.`)
  return { ...parsed, ...(security && { security }) }
}

/** A certificate for localhost that this process trusts, or not. */
async function certificate(trusted: boolean): Promise<{ key: string; cert: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const made = await X509CertificateGenerator.createSelfSigned({
    ...{ name: 'CN=localhost', keys, signingAlgorithm: algorithm },
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])],
  })
  const cert = made.toString('pem')
  if (trusted) setDefaultCACertificates([...getCACertificates('default'), cert])
  return { cert, key: String(KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' })) }
}

test.each([
  ['smtp://mail.plant.example', { host: 'mail.plant.example', port: 587, security: 'starttls', login: undefined }],
  ['smtps://mail.plant.example/', { port: 465, security: 'tls' }],
  ['smtp://m%40x.example:p%3A%2F@mail:2525', { port: 2525, login: { user: 'm@x.example', password: 'p:/' } }],
  ['smtp://127.0.0.1:25', { port: 25, security: 'plain' }],
  ['smtp://[::1]:25', { host: '::1', security: 'plain' }],
])('%s is a mail server', (url, expected) => {
  const { settings: read, faults } = parseMail(url, FROM)
  expect(faults).toEqual([])
  expect(read).toMatchObject({ ...expected, from: { name: 'Millrace', address: 'millrace@plant.example' } })
})

test.each([
  ['http://mail', FROM],
  ['mail.plant.example', FROM],
  ['smtp://mail/path', FROM],
  ['smtp://mail?tls=off', FROM],
  ['smtp://user@mail', FROM],
  ['smtp://user:%zz@mail', FROM],
  ['smtp://mail', ''],
  ['smtp://mail', 'a@x.example, b@x.example'],
  ['smtp://mail', 'Mill\r\nBcc: x@y.example <a@x.example>'],
  ['', FROM],
])('%s from %s is refused without being repeated', (url, from) => {
  const { settings: read, faults } = parseMail(url, from)
  expect(read).toBeUndefined()
  expect(faults).toHaveLength(1)
  expect(faults.join()).not.toContain('%zz')
})

test('a mail arrives as it was written, whoever it is to and whatever the company is called', async () => {
  const mailbox = await openMailbox()
  const log = listening()
  const mail = createMail(settings(`smtp://127.0.0.1:${mailbox.port}`), log)
  const text = `Grüezi Zoë,\n\nhttps://m.example/join?token=${'x'.repeat(84)}\n\n山川 – gültig 7 Tage.\n`
  mail.send({ to: 'zoë@plant.example', subject: 'Join “Bär & Söhne”\r\nBcc: spy@evil.example', text })
  mail.send(MESSAGE)
  const first = await mailbox.mailTo('mia@plant.example')
  const odd = mailbox.mails.find((one) => one !== first)
  expect(first).toMatchObject({ from: 'millrace@plant.example', subject: MESSAGE.subject, text: `${MESSAGE.text}\n` })
  expect(first.headers).toMatch(/^Auto-Submitted: auto-generated$/m)
  expect(odd?.subject).toBe('Join “Bär & Söhne” Bcc: spy@evil.example')
  expect(odd?.to).toHaveLength(1)
  expect(odd?.text.trimEnd()).toBe(text.trimEnd())
  await mail.stop()
  await mailbox.close()
  expect(log.said).toEqual([])
})

test('STARTTLS comes before name and password, and a server without it gets nothing', async () => {
  const signedIn: string[] = []
  const secure = await openMailbox({
    ...{ ...(await certificate(true)), disabledCommands: [], authOptional: false },
    onAuth({ username = '', password = '' }, _, done) {
      signedIn.push(`${username}:${password}`)
      done(null, { user: username })
    },
  })
  const mail = createMail(settings(`smtp://mill:s%3Acret@localhost:${secure.port}`, 'starttls'), listening(), QUICK)
  mail.send(MESSAGE)
  expect(await secure.mailTo(MESSAGE.to)).toMatchObject({ secure: true, user: 'mill' })
  expect(signedIn).toEqual(['mill:s:cret'])
  await mail.stop()
  await secure.close()

  const open = await openMailbox()
  const log = listening()
  const never = createMail(settings(`smtp://mill:secret@localhost:${open.port}`, 'starttls'), log, QUICK)
  never.send(MESSAGE)
  await until('the end of the attempt', 10_000, async () => log.said.length > 0)
  expect(open.mails).toEqual([])
  await never.stop()
  await open.close()
})

test('a server that cannot prove who it is gets nothing', async () => {
  const mailbox = await openMailbox({ ...(await certificate(false)), secure: true })
  const log = listening()
  const mail = createMail(settings(`smtps://localhost:${mailbox.port}`), log, QUICK)
  mail.send(MESSAGE)
  await until('three attempts', 10_000, async () => log.said.length === 3)
  expect(mailbox.mails).toEqual([])
  await mail.stop()
  await mailbox.close()
})

test('what is refused for now is sent again, what is refused for good is not, and neither is told of', async () => {
  const asked: string[] = []
  const mailbox = await openMailbox({
    onRcptTo({ address }, _, done) {
      asked.push(address)
      const before = asked.filter((one) => one === address).length
      if (address.startsWith('later') && before > 2) return done()
      const responseCode = address.startsWith('never') ? 550 : 450
      done(Object.assign(new Error(`No mailbox ${address}`), { responseCode }))
    },
  })
  const log = listening()
  const mail = createMail(settings(`smtp://127.0.0.1:${mailbox.port}`), log, QUICK)
  mail.send({ ...MESSAGE, to: 'never@plant.example' })
  mail.send({ ...MESSAGE, to: 'later@plant.example' })
  mail.send({ ...MESSAGE, to: 'a@plant.example,b@plant.example' })
  mail.send(async () => {
    throw new Error('Nothing to say.')
  })
  await mailbox.mailTo('later@plant.example')
  await until('five words', 5000, async () => log.said.length === 5)
  expect(asked.toSorted()).toEqual([
    'later@plant.example',
    'later@plant.example',
    'later@plant.example',
    'never@plant.example',
  ])
  expect(log.said.join('\n')).not.toMatch(/@plant|mri_|token/)
  expect(log.said.filter((one) => one.includes('"reply":550'))).toHaveLength(1)
  await mail.stop()
  await mailbox.close()
})

test('a server that says nothing holds nobody up, and stopping does not wait for it', async () => {
  const silent = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : 0
  const log = listening()
  const mail = createMail(settings(`smtp://127.0.0.1:${port}`), log, { attemptMs: 300, pausesMs: [] })
  const startedMs = performance.now()
  for (let count = 0; count < 600; count += 1) mail.send(MESSAGE)
  expect(performance.now() - startedMs).toBeLessThan(250)
  expect(log.said.filter((one) => one.includes('Too many mails wait'))).toHaveLength(98)
  await until('the first attempts to end', 5000, async () => log.said.some((one) => one.includes('not taken')))
  await mail.stop()
  expect(performance.now() - startedMs).toBeLessThan(6000)
  silent.close()
})

test('without a mail server nothing is sent and nothing fails', async () => {
  const mail = createMail(undefined, listening())
  expect(mail).toBe(NO_MAIL)
  mail.send(MESSAGE)
  await mail.stop()
})
