import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

test('a complete environment is read', () => {
  expect(readConfig({ MILLRACE_EDGE_DIR: '/srv/edge', MILLRACE_CLOUD_URL: 'http://127.0.0.1:8080' })).toMatchObject({
    dir: '/srv/edge',
    enrolmentCode: undefined,
    confirmFirst: false,
    journalMaxBytes: 1024 * 1024 * 1024,
  })
})

test('every wrong variable is said at once', () => {
  const wrong = { MILLRACE_CLOUD_URL: 'ftp://x', MILLRACE_EDGE_CONFIRM: 'always', MILLRACE_EDGE_JOURNAL_MIB: 'big' }
  expect(() => readConfig(wrong)).toThrow(/EDGE_DIR.*CLOUD_URL.*EDGE_CONFIRM.*JOURNAL_MIB/s)
})
