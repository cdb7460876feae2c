import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

/** A row of the threat model: proved by tests that cite it, or not yet, and why. */
export interface Row {
  readonly gate: boolean
  readonly notYet?: string
}

/** A test that says what it proves. */
interface Citation {
  readonly id: string
  readonly file: string
  /** Whether it proves the row by itself, and not only a part of it. */
  readonly whole: boolean
}

const COMMENT = /^\s*\/\/ proves: (.+)$/gm
const CITED = /(T-[A-Z]\d+)\s*(\(([^)]*)\))?/g

/** What a test file says it proves: `// proves: T-A3, T-B1 (in part: …)`. */
export function citationsIn(file: string, source: string): Citation[] {
  return [...source.matchAll(COMMENT)].flatMap(([, list = '']) =>
    [...list.matchAll(CITED)].map(([, id = '', , note = '']) => ({
      id,
      file,
      whole: !/^in (part|their spirit)/.test(note),
    })),
  )
}

/**
 * Whether every row of the threat model that should hold has a test that proves it.
 *
 * @param page the threat model as people read it: it must name every row.
 * @returns faults in words
 */
export function checkThreats(
  rows: Readonly<Record<string, Row>>,
  citations: readonly Citation[],
  page: string,
): string[] {
  const faults: string[] = []
  const whole = new Set(citations.flatMap(({ id, whole }) => (whole ? id : [])))
  for (const [id, { notYet }] of Object.entries(rows)) {
    if (notYet === undefined && !whole.has(id)) faults.push(`${id} has no test that says: // proves: ${id}`)
    if (notYet === '') faults.push(`${id} is not proved yet, and nobody says why`)
    if (!new RegExp(`\\b${id}\\b`).test(page)) faults.push(`${id} is missing in docs/security/threat-model.md`)
  }
  for (const { id, file } of citations) {
    if (!(id in rows)) faults.push(`${file} proves ${id}, which is no row of security/gates.json`)
  }
  return [...new Set(faults)]
}

/** What all tests of a checkout say they prove. */
function readCitations(root: string): Citation[] {
  const files = execFileSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', '*.test.ts', '*.test.tsx', 'e2e/*.spec.ts'],
    {
      ...{ cwd: root, encoding: 'utf8' as const },
    },
  )
  return files
    .split('\n')
    .filter((file) => file !== '')
    .flatMap((file) => citationsIn(file, readFileSync(path.join(root, file), 'utf8')))
}

if (import.meta.main) {
  const root = path.resolve(import.meta.dirname, '..')
  const rows = JSON.parse(readFileSync(path.join(root, 'security/gates.json'), 'utf8'))
  const page = readFileSync(path.join(root, 'docs/security/threat-model.md'), 'utf8')
  const faults = checkThreats(rows, readCitations(root), page)
  for (const fault of faults) console.log(fault)
  process.exitCode = faults.length > 0 ? 1 : 0
}
