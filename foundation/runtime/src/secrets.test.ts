import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSecrets } from './secrets.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'millrace-secrets-'))

// proves: T-I5
test('two installations share no secret, one installation keeps its own, and only its user may read the file', () => {
  const [here, there] = [folder(), folder()]
  const first = openSecrets(here).derive('x', 32)
  expect(openSecrets(here).derive('x', 32)).toEqual(first)
  expect(openSecrets(there).derive('x', 32)).not.toEqual(first)
  expect(openSecrets(here).derive('y', 32)).not.toEqual(first)
  expect(statSync(join(here, 'root-key')).mode & 0o777).toBe(0o600)
})

// proves: T-I5
test('a known default or a broken key is refused', () => {
  for (const text of ['changeme', '', 'A'.repeat(43), Buffer.alloc(32, 1).toString('base64url')]) {
    const here = folder()
    writeFileSync(join(here, 'root-key'), text)
    expect(() => openSecrets(here), JSON.stringify(text)).toThrow('does not hold a root key')
    expect(readFileSync(join(here, 'root-key'), 'utf8')).toBe(text)
  }
})

test('what was sealed opens for its purpose and row only, and not with a bit changed or a short tag', () => {
  const secrets = openSecrets(folder())
  const sealed = secrets.seal('totp', 'person 1', Buffer.from('JBSWY3DP'))
  expect(secrets.open('totp', 'person 1', sealed).toString()).toBe('JBSWY3DP')
  expect(sealed.toString('latin1')).not.toContain('JBSWY3DP')
  expect(() => secrets.open('totp', 'person 2', sealed)).toThrow()
  expect(() => secrets.open('mail', 'person 1', sealed)).toThrow()
  expect(() => secrets.open('totp', 'person 1', sealed.subarray(0, 20))).toThrow()
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const broken = Buffer.from(sealed)
    broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(() => secrets.open('totp', 'person 1', broken)).toThrow()
  }
})
