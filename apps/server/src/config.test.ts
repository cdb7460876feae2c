import { expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

const ENOUGH = { MILLRACE_DATABASE_URL: 'postgres://me@localhost/mill', MILLRACE_DATA_DIR: '/var/lib/millrace' }

test('nothing inside is open for calls unless it is listed', () => {
  expect(readConfig(ENOUGH).outboundAllow).toEqual([])
  const { outboundAllow } = readConfig({ ...ENOUGH, MILLRACE_OUTBOUND_ALLOW: 'erp.plant.example:8080, 10.4.0.0/16' })
  expect(outboundAllow).toHaveLength(2)
  expect(outboundAllow[0]).toEqual({ host: 'erp.plant.example', port: 8080 })
})

test('nobody’s forwarding headers count unless a proxy is named', () => {
  expect(readConfig(ENOUGH).trustedProxies).toEqual([])
  const named = { ...ENOUGH, MILLRACE_TRUSTED_PROXIES: '10.0.0.5, 10.1.0.0/16,2001:db8::/32' }
  expect(readConfig(named).trustedProxies).toEqual(['10.0.0.5', '10.1.0.0/16', '2001:db8::/32'])
})

test.each(['proxy.example', '10.0.0.0/33', '0.0.0.0/0', '::/0', '10.0.0.0/', '10.0.0.0/08x', '10.0.0'])(
  'a trusted proxy must be an address or a range, not %s',
  (range) => {
    expect(() => readConfig({ ...ENOUGH, MILLRACE_TRUSTED_PROXIES: `10.0.0.5,${range}` })).toThrow(ConfigError)
  },
)

test('mail goes out through the server that is named, and only with an address for its links', () => {
  expect(readConfig(ENOUGH).mail).toBeUndefined()
  const named = { MILLRACE_SMTP_URL: 'smtp://mill:secret@mail.plant.example', MILLRACE_MAIL_FROM: 'mill@plant.example' }
  const { mail } = readConfig({ ...ENOUGH, ...named, MILLRACE_PUBLIC_URL: 'https://mill.plant.example' })
  expect(mail).toMatchObject({ host: 'mail.plant.example', port: 587, security: 'starttls' })
  expect(() => readConfig({ ...ENOUGH, ...named })).toThrow('MILLRACE_PUBLIC_URL')
})

test('a server alone has every role; one that shares the work says through what', () => {
  expect([...readConfig(ENOUGH).roles]).toEqual(['api', 'ingest', 'worker'])
  expect(readConfig(ENOUGH).nats).toBeUndefined()
  const urls = 'nats://mill:a%20word@nats-0:4222, nats://nats-1'
  const shared = readConfig({ ...ENOUGH, MILLRACE_ROLES: 'ingest, worker', MILLRACE_NATS_URL: urls })
  expect([...shared.roles]).toEqual(['ingest', 'worker'])
  expect(shared.demo).toBe(false)
  expect(shared.nats).toMatchObject({
    servers: ['nats-0:4222', 'nats-1:4222'],
    user: 'mill',
    password: 'a word',
    tls: false,
  })
  expect(() => readConfig({ ...ENOUGH, MILLRACE_ROLES: 'worker' })).toThrow('MILLRACE_NATS_URL')
  expect(() => readConfig({ ...ENOUGH, MILLRACE_ROLES: 'api', MILLRACE_NATS_URL: urls, MILLRACE_DEMO: 'on' })).toThrow(
    'MILLRACE_DEMO',
  )
})

test('devices speak MQTT on this machine only, unless there is a certificate or somebody allows it', () => {
  const open = { ...ENOUGH, MILLRACE_HOST: '0.0.0.0' }
  expect(readConfig(open).mqtt).toEqual({ host: 'localhost', port: 1883, isPortFree: true })
  expect(readConfig({ ...open, MILLRACE_MQTT_PLAIN: 'allow' }).mqtt?.host).toBe('0.0.0.0')
  expect(readConfig({ ...open, MILLRACE_MQTT_PORT: 'off' }).mqtt).toBeUndefined()
  expect(() => readConfig({ ...open, MILLRACE_MQTT_HOST: '10.0.0.5' })).toThrow('MILLRACE_MQTT_TLS_CERT')
  expect(() => readConfig({ ...open, MILLRACE_MQTT_TLS_CERT: '/nowhere/cert.pem' })).toThrow('MILLRACE_MQTT_TLS_KEY')
  const file = import.meta.filename
  const locked = readConfig({ ...open, MILLRACE_MQTT_TLS_CERT: file, MILLRACE_MQTT_TLS_KEY: file }).mqtt
  expect(locked).toMatchObject({ host: '0.0.0.0', port: 8883, tls: { cert: expect.any(Buffer) } })
})

test('every variable that makes no sense is named in one message', () => {
  const environment = {
    MILLRACE_PORT: '-1',
    MILLRACE_DEMO: 'maybe',
    MILLRACE_TRUSTED_PROXIES: 'all',
    MILLRACE_QUOTAS: 'samples=many',
    MILLRACE_OUTBOUND_ALLOW: 'http://erp, 10.0.0.0/99',
    MILLRACE_MQTT_PORT: 'many',
    MILLRACE_MQTT_PLAIN: 'yes',
    MILLRACE_SMTP_URL: 'http://mill:very-secret@mail',
    MILLRACE_MAIL_FROM: 'nobody',
    MILLRACE_ROLES: 'api,boss',
    MILLRACE_NATS_URL: 'nats://mill:very-secret@/,nats://nats-1',
    MILLRACE_DRAIN_S: 'soon',
  }
  let message = ''
  try {
    readConfig(environment)
  } catch (error) {
    message = error instanceof Error ? error.message : ''
  }
  for (const name of ['MILLRACE_DATABASE_URL', 'MILLRACE_DATA_DIR', ...Object.keys(environment)]) {
    expect(message).toContain(name)
  }
  expect(message).not.toContain('very-secret')
  expect(message).toContain('"http://erp"')
  expect(message).toContain('"10.0.0.0/99"')
})
