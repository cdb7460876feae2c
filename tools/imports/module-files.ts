import path from 'node:path'
import type { Import, SourceFile } from './source-file.ts'
import { packageNameOf } from './source-file.ts'
import type { Violation } from './violation.ts'

/** What a file of a module is, by its name. Whatever is nothing else is a use case. */
type Kind = 'contract' | 'rules' | 'tables' | 'store' | 'service' | 'routes' | 'tasks' | 'index' | 'web'

type Row = {
  /** Kinds of files of the same module. */
  readonly own: readonly Kind[]
  /** Our packages below the modules, by folder or whole floor. */
  readonly below: readonly string[]
  /** Likewise, for types alone: a type of the caller's reach or of a hook to fill is no call upward. */
  readonly belowTypes?: readonly string[]
  /** Doors of lower modules: `.`, `./contract`, `./web`. */
  readonly lower: readonly string[]
  /** Packages of others; undefined for whatever package.json declares. */
  readonly others: readonly string[] | undefined
}

const BACK_END = ['fastify', 'kysely', 'pg', 'pg-copy-streams', 'pino']
const STORE: Row = {
  own: ['contract', 'rules', 'tables', 'store'],
  below: ['foundation/base', 'foundation/db'],
  belowTypes: ['foundation/runtime'],
  lower: ['./contract'],
  others: ['kysely', 'pg', 'pg-copy-streams'],
}

// The table of STYLE.md, "The shape of a module".
const TABLE: Record<Kind, Row> = {
  contract: { own: ['contract'], below: ['foundation/base', 'standards'], lower: ['./contract'], others: ['typebox'] },
  rules: {
    own: ['contract', 'rules'],
    below: ['foundation/base', 'standards', 'engines'],
    lower: ['./contract'],
    others: [],
  },
  tables: STORE,
  store: STORE,
  service: {
    own: ['contract', 'rules', 'tables', 'store', 'service'],
    below: ['foundation/base', 'foundation/db', 'foundation/runtime', 'standards', 'engines'],
    belowTypes: ['foundation/http'],
    lower: ['.', './contract'],
    others: undefined,
  },
  routes: {
    own: ['contract', 'rules', 'service', 'routes'],
    below: ['foundation/base', 'foundation/http', 'foundation/runtime', 'standards'],
    lower: ['.', './contract'],
    others: undefined,
  },
  tasks: {
    own: ['contract', 'rules', 'service', 'tasks'],
    below: ['foundation/base', 'foundation/http', 'foundation/runtime'],
    lower: ['.', './contract'],
    others: undefined,
  },
  index: {
    own: ['contract', 'rules', 'tables', 'store', 'service', 'routes', 'tasks'],
    below: ['foundation/base', 'foundation/db', 'foundation/http', 'foundation/runtime', 'standards', 'engines'],
    lower: ['.', './contract'],
    others: undefined,
  },
  web: {
    own: ['contract', 'rules', 'web'],
    below: ['foundation/base', 'foundation/ui', 'standards'],
    lower: ['./contract', './web'],
    others: undefined,
  },
}

/** Rule 4: what the name of a file promises about its imports. */
export function checkModuleFiles(files: readonly SourceFile[]): Violation[] {
  return files.flatMap((source) => {
    if (source.owner.floor !== 'modules' || source.isTest || source.isToolConfig) return []
    const kind = kindOf(source.file)
    return source.imports.flatMap((one) => {
      const fault = faultOf(kind, source, one)
      if (fault === undefined) return []
      return [{ file: source.file, line: one.line, rule: '4', sentence: `${describe(kind)} may not import ${fault}.` }]
    })
  })
}

function kindOf(file: string): Kind {
  if (file.includes('/src/web/')) return 'web'
  const name = path.posix.basename(file).replace(/\.tsx?$/, '')
  const kinds = ['contract', 'rules', 'tables', 'store', 'routes', 'tasks'] as const
  const found = kinds.find((kind) => name === kind || name.endsWith(`-${kind}`))
  return found ?? (name === 'index' ? 'index' : 'service')
}

function faultOf(kind: Kind, source: SourceFile, one: Import): string | undefined {
  const row = TABLE[kind]
  const { target } = one
  if (target === source.owner && one.file) {
    const reached = kindOf(one.file)
    return row.own.includes(reached) ? undefined : `${describe(reached)} of its module (${one.specifier})`
  }
  if (target?.floor === 'modules') {
    const door = `.${one.specifier.slice(target.name.length)}`
    return row.lower.includes(door) ? undefined : one.specifier
  }
  if (target) {
    const isTypeAllowed = one.isType && row.belowTypes?.includes(target.folder)
    const isAllowed = row.below.includes(target.folder) || row.below.includes(target.floor) || isTypeAllowed
    return isAllowed ? undefined : one.specifier
  }
  if (one.specifier.startsWith('node:')) return undefined // rule 6
  const name = packageNameOf(one.specifier)
  if (row.others) return row.others.includes(name) ? undefined : one.specifier
  if (name === 'fastify') return kind === 'routes' ? undefined : `${name}: only routes do`
  return BACK_END.includes(name) ? `${name}: only stores do` : undefined
}

function describe(kind: Kind): string {
  if (kind === 'service') return 'a use case'
  if (kind === 'web') return 'a file in web/'
  return `${kind}.ts`
}
