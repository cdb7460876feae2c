import path from 'node:path'
import { expect, test } from 'vitest'
import { checkSupply, type LockedPackage, readSupply, type Supply } from './check-supply.ts'

const REAL = readSupply(path.resolve(import.meta.dirname, '..'))
const GOOD: LockedPackage = { version: '1.0.0', license: 'MIT', integrity: `sha512-${'A'.repeat(86)}==` }

/** The real checkout with one more package. */
const withPackage = (name: string, locked: LockedPackage): Supply => ({
  ...REAL,
  packages: { ...REAL.packages, [`node_modules/${name}`]: locked },
})

// proves: T-I3
test('what this checkout is made of is as it should be', () => {
  expect(Object.keys(REAL.packages).length).toBeGreaterThan(300)
  expect(checkSupply(REAL)).toEqual([])
  expect(checkSupply(withPackage('fine', GOOD))).toEqual([])
  expect(checkSupply(withPackage('fine', { ...GOOD, license: '(GPL-3.0 OR MIT)' }))).toEqual([])
})

// proves: T-I3
test.each<[string, Supply, string]>([
  ['an unknown script', withPackage('evil', { ...GOOD, hasInstallScript: true }), 'evil wants to run a script'],
  [
    'a script that somebody allowed',
    { ...REAL, allowScripts: { ...REAL.allowScripts, evil: true } },
    'evil is allowed to run a script, and is not on the list',
  ],
  ['a missing digest', withPackage('evil', { version: '1.0.0', license: 'MIT' }), 'evil 1.0.0 has no digest'],
  [
    'a weak digest',
    withPackage('evil', { ...GOOD, integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }),
    'evil 1.0.0 has no digest',
  ],
  [
    'another source',
    withPackage('evil', { ...GOOD, resolved: 'git+ssh://git@example.com/evil.git' }),
    'evil 1.0.0 comes from git+ssh://git@example.com/evil.git, not from the registry',
  ],
  [
    'a version that is too old',
    withPackage('a/node_modules/fastify', { ...GOOD, version: '5.8.4' }),
    `fastify 5.8.4 is older than 5.8.5: ${REAL.minimums.fastify?.reason}`,
  ],
  [
    'an unlisted licence',
    withPackage('evil', { ...GOOD, license: 'SSPL-1.0' }),
    'evil 1.0.0 has the licence SSPL-1.0, which is not on the list',
  ],
  [
    'half an unlisted licence',
    withPackage('evil', { ...GOOD, license: 'MIT AND GPL-3.0' }),
    'evil 1.0.0 has the licence MIT AND GPL-3.0, which is not on the list',
  ],
  [
    'no licence',
    withPackage('evil', { version: '1.0.0', integrity: GOOD.integrity ?? '' }),
    'evil 1.0.0 has the licence nobody names, which is not on the list',
  ],
  [
    'versions that are a day old',
    { ...REAL, npmrc: REAL.npmrc.replace(/min-release-age=\d+/, 'min-release-age=1') },
    '.npmrc must say min-release-age=7 or more',
  ],
])('%s fails the build', (_, supply, fault) => {
  expect(checkSupply(supply)).toEqual([fault])
})
