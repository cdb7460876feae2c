import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '..')

/** Where a source sets the tenant otherwise than for one transaction: the setting would outlive it on a pooled connection. */
function sessionWideSettings(source: string): string[] {
  const found = source.match(
    /\bset_config\s*\(|\b(set|alter\s+(role|user|database)\b[^;`']*\bset)\s+(session\s+)?["']?millrace\./gi,
  )
  return (found ?? []).filter((text) => !/^set\s+local\b/i.test(text))
}

// proves: T-B3 (in part: the source)
test('nothing sets the tenant for a session', () => {
  const files = execFileSync('git', ['ls-files', '*.ts', '*.tsx', '*.sql', '*.mjs'], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    // Tests do it on purpose, to see it refused.
    .filter((file) => file !== '' && !/\.test\.tsx?$/.test(file))
  expect(files.length).toBeGreaterThan(300)
  const found = files.flatMap((file) =>
    sessionWideSettings(readFileSync(path.join(ROOT, file), 'utf8')).map((text) => `${file}: ${text}`),
  )
  expect(found).toEqual([])
})

test.each([
  [`select set_config('millrace.enterprise_id', $1, false)`, 1],
  [`set millrace.enterprise_id = 'x'`, 1],
  [`SET SESSION millrace.enterprise_id TO 'x'`, 1],
  [`alter role millrace_app set millrace.enterprise_id = 'x'`, 1],
  [`set local millrace.enterprise_id = 'x'`, 0],
  [`current_setting('millrace.enterprise_id')`, 0],
])('%s is found %i times', (source, count) => {
  expect(sessionWideSettings(source)).toHaveLength(count)
})
