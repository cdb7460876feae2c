import path from 'node:path'
import { checkCycles } from './imports/cycles.ts'
import { checkFloors } from './imports/floors.ts'
import { checkManners } from './imports/manners.ts'
import { checkModuleFiles } from './imports/module-files.ts'
import { readSourceFiles } from './imports/source-file.ts'
import type { Violation } from './imports/violation.ts'
import { readWorkspace } from './imports/workspace.ts'

/** Checks the import rules of a checkout. See docs/decisions/0003-import-rules.md. @returns violations by file and line */
export function checkImports(root: string): Violation[] {
  const workspace = readWorkspace(root)
  const files = readSourceFiles(workspace)
  const violations = [
    ...checkFloors(workspace, files),
    ...checkModuleFiles(files),
    ...checkCycles(workspace, files),
    ...checkManners(files),
  ]
  return violations.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
}

if (import.meta.main) {
  const violations = checkImports(path.resolve(import.meta.dirname, '..'))
  for (const { file, line, rule, sentence } of violations) console.log(`${file}:${line}  rule ${rule}: ${sentence}`)
  if (violations.length > 0)
    console.log(`${violations.length} imports break a rule (docs/decisions/0003-import-rules.md).`)
  process.exitCode = violations.length > 0 ? 1 : 0
}
