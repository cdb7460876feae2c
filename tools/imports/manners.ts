import { builtinModules } from 'node:module'
import path from 'node:path'
import { isTestFile, packageNameOf, type SourceFile } from './source-file.ts'
import type { Violation } from './violation.ts'

const BUILT_IN = new Set(builtinModules)

/** Rule 5, second half, and rules 6 to 8: what holds for every single file, wherever it lies. */
export function checkManners(files: readonly SourceFile[]): Violation[] {
  return files.flatMap((source) => [
    ...undeclared(source),
    ...nodeInPureCode(source),
    ...testSupport(source),
    ...forbiddenName(source),
    ...environment(source),
  ])
}

function undeclared(source: SourceFile): Violation[] {
  const { owner } = source
  return source.imports.flatMap((one) => {
    if (one.specifier.startsWith('.') || one.specifier.startsWith('node:')) return []
    const name = packageNameOf(one.specifier)
    const at = { file: source.file, line: one.line, rule: '5' }
    if (BUILT_IN.has(name)) return [{ ...at, sentence: `Import ${one.specifier} as node:${one.specifier}.` }]
    if (one.target === owner || owner.dependencies.has(name)) return []
    const isOutsideProduct = source.isTest || source.isToolConfig || one.isType || owner.floor === 'top'
    if (owner.devDependencies.has(name)) {
      if (isOutsideProduct) return []
      return [{ ...at, sentence: `${name} is only a development dependency of ${owner.folder}/package.json.` }]
    }
    return [{ ...at, sentence: `${name} is missing from ${owner.folder}/package.json.` }]
  })
}

function nodeInPureCode(source: SourceFile): Violation[] {
  if (source.isTest || source.isToolConfig || !isPure(source)) return []
  return source.imports.flatMap((one) => {
    if (!one.specifier.startsWith('node:')) return []
    const sentence = `${one.specifier} has no place here: this file also runs in the browser or outside Millrace.`
    return [{ file: source.file, line: one.line, rule: '6', sentence }]
  })
}

function isPure({ file, owner }: SourceFile): boolean {
  if (owner.folder === 'foundation/base' || owner.folder === 'foundation/ui' || owner.folder === 'apps/web') return true
  if (owner.floor === 'standards') return true
  const name = path.posix.basename(file).replace(/\.tsx?$/, '')
  if (owner.floor === 'engines') return name !== 'worker' && !name.endsWith('-worker')
  if (owner.floor !== 'modules') return false
  return file.includes('/src/web/') || /(^|-)(contract|rules)$/.test(name)
}

function testSupport(source: SourceFile): Violation[] {
  if (source.isTest || source.owner.folder === 'foundation/testing') return []
  return source.imports.flatMap((one) => {
    const isForTests = one.target?.folder === 'foundation/testing' || (one.file !== undefined && isTestFile(one.file))
    if (!isForTests) return []
    return [{ file: source.file, line: one.line, rule: '7', sentence: `Only tests import ${one.specifier}.` }]
  })
}

const SAYS_NOTHING = /^(utils?|helpers?|common|shared|misc|manager)$/

function forbiddenName(source: SourceFile): Violation[] {
  const names = source.file.replace(/(\.test)?\.tsx?$/, '').split('/')
  // Also as the last word of a name: string-utils says no more than utils does.
  const found = names.find((name) => SAYS_NOTHING.test(name.toLowerCase()) || /-(utils?|helpers?|manager)$/.test(name))
  if (found === undefined) return []
  return [
    { file: source.file, line: 0, rule: '8', sentence: `The name "${found}" says nothing: name it for what it does.` },
  ]
}

function environment(source: SourceFile): Violation[] {
  if (source.isTest || source.isToolConfig || /(^|\/)config\.ts$/.test(source.file)) return []
  return source.environmentLines.map((line) => ({
    file: source.file,
    line,
    rule: 'environment',
    sentence: 'Only config.ts reads process.env, so that every variable is validated in one place.',
  }))
}
