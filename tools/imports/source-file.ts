import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import type { Package, Workspace } from './workspace.ts'

/** One import or re-export. */
export type Import = {
  readonly specifier: string
  readonly line: number
  /** Erased before it runs. */
  readonly isType: boolean
  /** The file it leads to, from the root; undefined for packages that are not ours. */
  readonly file: string | undefined
  /** Ours that it leads to, also the importer's own. */
  readonly target: Package | undefined
}

export type SourceFile = {
  /** From the root, with `/`. */
  readonly file: string
  readonly owner: Package
  readonly imports: readonly Import[]
  /** Lines that read `process.env`. */
  readonly environmentLines: readonly number[]
  /** A test, or what tests are given: `given-plant.ts`, `src/testing/`. */
  readonly isTest: boolean
  /** Configures a tool, and runs in it: vite.config.ts. */
  readonly isToolConfig: boolean
}

/** Every folder and file name with the rules broken in reading them is somebody else's. */
const LEFT_OUT = new Set(['node_modules', 'dist', 'vectors', 'results'])

/** Reads every TypeScript file of the workspace. */
export function readSourceFiles(workspace: Workspace): SourceFile[] {
  return workspace.packages.flatMap((owner) =>
    filesIn(workspace.root, owner.folder).map((file) => readSourceFile(workspace, owner, file)),
  )
}

function filesIn(root: string, folder: string): string[] {
  let entries: ReturnType<typeof listFolder>
  try {
    entries = listFolder(path.join(root, folder))
  } catch {
    return [] // a package that has no files yet
  }
  return entries.flatMap((entry) => {
    if (entry.name.startsWith('.') || LEFT_OUT.has(entry.name)) return []
    const file = `${folder}/${entry.name}`
    if (entry.isDirectory()) return filesIn(root, file)
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [file] : []
  })
}

function listFolder(folder: string) {
  return readdirSync(folder, { withFileTypes: true })
}

function readSourceFile(workspace: Workspace, owner: Package, file: string): SourceFile {
  const source = readFileSync(path.join(workspace.root, file), 'utf8')
  const parsed = parseSync(file, source)
  const lineAt = (offset: number) => source.slice(0, offset).split('\n').length
  const toImport = (specifier: string, offset: number, isType: boolean): Import => ({
    specifier,
    line: lineAt(offset),
    isType,
    ...resolve(workspace, owner, file, specifier),
  })

  const { staticImports, staticExports, dynamicImports } = parsed.module
  const imports = staticImports.map(({ moduleRequest, entries, start }) =>
    toImport(moduleRequest.value, start, entries.length > 0 && entries.every((entry) => entry.isType)),
  )
  for (const { entries, start } of staticExports) {
    const [entry] = entries
    if (entry?.moduleRequest)
      imports.push(
        toImport(
          entry.moduleRequest.value,
          start,
          entries.every((one) => one.isType),
        ),
      )
  }
  for (const { moduleRequest } of dynamicImports) {
    const literal = /^['"]([^'"]+)['"]$/.exec(source.slice(moduleRequest.start, moduleRequest.end))
    if (literal?.[1]) imports.push(toImport(literal[1], moduleRequest.start, false))
  }

  return {
    file,
    owner,
    imports,
    environmentLines: source.includes('process.env') ? environmentOffsets(parsed.program).map(lineAt) : [],
    isTest: isTestFile(file),
    isToolConfig: /\.config\.ts$/.test(file),
  }
}

/** Whether a file belongs to the tests and never to the product. */
export function isTestFile(file: string): boolean {
  return (
    /\.test\.tsx?$|\/given-[\w-]+\.tsx?$|\/src\/testing\//.test(file) ||
    file.startsWith('e2e/') ||
    file.startsWith('bench/')
  )
}

// From the syntax tree: a comment may well speak of process.env.
function environmentOffsets(program: Parameters<Visitor['visit']>[0]): number[] {
  const offsets: number[] = []
  const visitor = new Visitor({
    MemberExpression(node) {
      const isProcess = node.object.type === 'Identifier' && node.object.name === 'process'
      const isEnv = node.property.type === 'Identifier' && node.property.name === 'env'
      if (isProcess && isEnv) offsets.push(node.start)
    },
  })
  visitor.visit(program)
  return offsets
}

function resolve(
  workspace: Workspace,
  owner: Package,
  file: string,
  specifier: string,
): { file: string | undefined; target: Package | undefined } {
  if (specifier.startsWith('.')) {
    const reached = path.posix.join(path.posix.dirname(file), specifier.replace(/\?.*$/, ''))
    const target = workspace.packages.find((one) => reached.startsWith(`${one.folder}/`))
    return { file: reached, target: target ?? owner }
  }
  const target = workspace.packages.find((one) => specifier === one.name || specifier.startsWith(`${one.name}/`))
  if (!target || target.floor === 'top') return { file: undefined, target: undefined }
  return { file: target.exports.get(`.${specifier.slice(target.name.length)}`), target }
}

/** The package an import of somebody else's names: `@scope/name` or `name`, without what follows. */
export function packageNameOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
