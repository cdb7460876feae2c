import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSync } from 'oxc-parser'

/** Which floor a package stands on; `top` is whatever only uses the others: apps, e2e, bench, tools. */
type Floor = 'foundation' | 'standards' | 'engines' | 'modules' | 'apps' | 'top'

export type Package = {
  /** As imported: `@millrace/plant`. */
  readonly name: string
  /** Folder from the root, with `/`: `modules/plant`. */
  readonly folder: string
  /** Last part of the folder: `plant`. */
  readonly word: string
  readonly floor: Floor
  readonly dependencies: ReadonlySet<string>
  readonly devDependencies: ReadonlySet<string>
  /** `.` and `./contract` to the file each leads to, from the root. */
  readonly exports: ReadonlyMap<string, string>
}

export type Workspace = {
  readonly root: string
  readonly packages: readonly Package[]
  /** Modules by their word, lowest first. */
  readonly moduleOrder: readonly string[]
}

const FLOORS: Record<string, Floor> = {
  foundation: 'foundation',
  standards: 'standards',
  engines: 'engines',
  modules: 'modules',
  apps: 'apps',
}

/** Used while the server has no list yet. */
const MODULE_ORDER = ['identity', 'plant', 'telemetry', 'mqtt', 'materials', 'control', 'insight', 'exchange', 'demo']

type PackageJson = {
  name?: string
  workspaces?: string[]
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  exports?: string | Record<string, string>
}

export function readWorkspace(root: string): Workspace {
  const { workspaces = [] } = readPackageJson(root)
  const folders = workspaces.flatMap((pattern) =>
    pattern.endsWith('/*') ? foldersIn(root, pattern.slice(0, -2)) : [pattern],
  )
  const packages = folders
    .filter((folder) => existsSync(path.join(root, folder, 'package.json')))
    .map((folder) => readPackage(root, folder))
  // The checks of the house themselves have the root's dependencies.
  packages.push(readPackage(root, 'tools', '.'))
  return { root, packages, moduleOrder: readModuleOrder(root) }
}

function foldersIn(root: string, parent: string): string[] {
  const folder = path.join(root, parent)
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map((entry) => `${parent}/${entry.name}`)
}

function readPackage(root: string, folder: string, described = folder): Package {
  const json = readPackageJson(path.join(root, described))
  const faces = typeof json.exports === 'string' ? { '.': json.exports } : (json.exports ?? {})
  return {
    name: described === folder ? (json.name ?? folder) : folder,
    folder,
    word: path.posix.basename(folder),
    floor: FLOORS[folder.split('/')[0] ?? ''] ?? 'top',
    dependencies: new Set(Object.keys({ ...json.dependencies, ...json.optionalDependencies })),
    devDependencies: new Set(Object.keys(json.devDependencies ?? {})),
    exports: new Map(Object.entries(faces).map(([face, file]) => [face, path.posix.join(folder, file)])),
  }
}

function readPackageJson(folder: string): PackageJson {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
}

// The order is the server's own list, so that there is no second one to forget.
function readModuleOrder(root: string): readonly string[] {
  const file = path.join(root, 'apps/server/src/modules.ts')
  if (!existsSync(file)) return MODULE_ORDER
  const { program } = parseSync(file, readFileSync(file, 'utf8'))
  for (const statement of program.body) {
    if (statement.type !== 'ExportNamedDeclaration' || statement.declaration?.type !== 'VariableDeclaration') continue
    for (const { init } of statement.declaration.declarations) {
      if (init?.type !== 'ArrayExpression') continue
      return init.elements.flatMap((element) => (element?.type === 'Identifier' ? element.name : []))
    }
  }
  return MODULE_ORDER
}
