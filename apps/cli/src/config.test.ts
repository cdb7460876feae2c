import path from 'node:path'
import { expect, test } from 'vitest'
import { CHECKOUT, readStartConfig } from './config.ts'

test('without arguments and variables: the demo, on loopback, in the checkout', () => {
  expect(readStartConfig([], {})).toEqual({
    dataDir: path.join(CHECKOUT, 'data'),
    host: 'localhost',
    port: 4680,
    isPortAsked: false,
    isDemo: true,
    databaseUrl: undefined,
    inherited: { NODE_COMPILE_CACHE: path.join(CHECKOUT, 'data/compile-cache') },
  })
})

test('an argument wins over a variable, and a named port counts as asked for', () => {
  const config = readStartConfig(['--port', '5000', '--data', '/srv/mill race', '--no-demo'], {
    MILLRACE_PORT: '6000',
    MILLRACE_DATA_DIR: '/elsewhere',
  })
  expect(config).toMatchObject({ port: 5000, isPortAsked: true, dataDir: '/srv/mill race', isDemo: false })
  expect(readStartConfig([], { MILLRACE_PORT: '6000' })).toMatchObject({ port: 6000, isPortAsked: true })
})

test('every invalid variable is named in one message, each with its fix, none with a password', () => {
  const environment = {
    MILLRACE_PORT: '99999',
    MILLRACE_HOST: 'factory.example',
    MILLRACE_DATA_DIR: ' ',
    MILLRACE_DATABASE_URL: 'mysql://root:secret@db/factory',
  }
  let message = ''
  try {
    readStartConfig([], environment)
  } catch (error) {
    message = error instanceof Error ? error.message : ''
  }
  const lines = message.split('\n')
  expect(lines).toHaveLength(4)
  for (const name of Object.keys(environment)) expect(lines.filter((line) => line.includes(name))).toHaveLength(1)
  expect(message).not.toContain('secret')
})

test.each(['0', '-1', '80.5', 'web', ''])('the port %j is refused', (port) => {
  expect(() => readStartConfig([`--port=${port}`], {})).toThrow('give a number from 1 to 65535')
})

test('an argument nobody knows is refused with those that exist', () => {
  expect(() => readStartConfig(['--prot', '1'], {})).toThrow('start takes --no-demo, --port N and --data DIR')
})

test('the address of the database is not handed to everybody', () => {
  const databaseUrl = 'postgres://me:secret@db/factory'
  const config = readStartConfig([], { MILLRACE_DATABASE_URL: databaseUrl, MILLRACE_LOG_LEVEL: 'debug' })
  expect(config.databaseUrl).toBe(databaseUrl)
  expect(config.inherited).toMatchObject({ MILLRACE_LOG_LEVEL: 'debug' })
  expect(Object.keys(config.inherited)).not.toContain('MILLRACE_DATABASE_URL')
})
