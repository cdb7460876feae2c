import type { Import, SourceFile } from './source-file.ts'
import type { Violation } from './violation.ts'
import type { Package, Workspace } from './workspace.ts'

// What each package of the foundation may use of it.
const FOUNDATION: Record<string, readonly string[]> = {
  base: [],
  db: ['base'],
  runtime: ['base', 'db'],
  http: ['base', 'db', 'runtime'],
  testing: ['base', 'db', 'runtime', 'http'],
  ui: ['base'],
}

/** Rules 1 to 3: imports point down the floors and the list of modules, and enter a module by its doors. */
export function checkFloors(workspace: Workspace, files: readonly SourceFile[]): Violation[] {
  return files.flatMap((source) =>
    source.imports.flatMap((one) => {
      const { target } = one
      if (!target) return []
      const found = target === source.owner ? [] : faultsOf(workspace, source, one, target)
      return found.map(([rule, sentence]) => ({ file: source.file, line: one.line, rule, sentence }))
    }),
  )
}

function faultsOf(workspace: Workspace, source: SourceFile, one: Import, target: Package): [string, string][] {
  const { owner } = source
  if (one.specifier.startsWith('.')) {
    return [['3', `${one.specifier} reaches into ${target.folder}: import it by its name.`]]
  }
  if (one.file === undefined) {
    return [['3', `${one.specifier} is not among the exports of ${target.folder}/package.json.`]]
  }
  // Whoever may use the test support is rule 7's to say.
  if (target.folder === 'foundation/testing' && source.isTest) return []
  if (target.floor === 'apps') return [['1', `${target.folder} is an app: nothing imports apps, start it by its path.`]]

  if (owner.floor === 'modules' && target.floor === 'modules') {
    const order = workspace.moduleOrder
    const [from, to] = [order.indexOf(owner.word), order.indexOf(target.word)]
    if (from < 0 || to < 0) {
      return [['2', `${from < 0 ? owner.word : target.word} is not in the list of apps/server/src/modules.ts.`]]
    }
    if (to > from) return [['2', `${owner.word} comes before ${target.word}: announce it through the outbox instead.`]]
    return []
  }
  if (!mayStandOn(owner, target)) {
    return [['1', `${owner.folder} may not use ${target.folder}: imports point down the floors.`]]
  }
  return []
}

function mayStandOn(owner: Package, target: Package): boolean {
  switch (owner.floor) {
    case 'foundation':
      return target.floor === 'foundation' && (FOUNDATION[owner.word] ?? []).includes(target.word)
    case 'standards':
      return target.folder === 'foundation/base'
    case 'engines':
      return target.folder === 'foundation/base' || target.floor === 'standards'
    case 'modules':
      return target.floor === 'foundation' || target.floor === 'standards' || target.floor === 'engines'
    case 'apps':
    case 'top':
      return target.floor !== 'apps'
  }
}
