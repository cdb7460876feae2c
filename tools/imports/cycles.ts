import type { SourceFile } from './source-file.ts'
import type { Violation } from './violation.ts'
import type { Workspace } from './workspace.ts'

/** Rule 5, first half: nothing depends on itself by a detour, neither files nor packages. */
export function checkCycles(workspace: Workspace, files: readonly SourceFile[]): Violation[] {
  const byFile = new Map(files.map((source) => [source.file, source]))
  const fileEdges = new Map(
    files.map((source) => [
      source.file,
      // An import of types alone is gone before anything runs, so it cannot be part of a knot in the order of loading.
      source.imports.flatMap((one) => (one.file && !one.isType && byFile.has(one.file) ? one.file : [])),
    ]),
  )

  const packageEdges = new Map<string, string[]>(workspace.packages.map(({ folder }) => [folder, []]))
  const firstImport = new Map<string, { file: string; line: number }>()
  for (const source of files) {
    if (source.isTest || source.isToolConfig) continue // tests may lean on those above
    for (const one of source.imports) {
      if (!one.target || one.target === source.owner) continue
      packageEdges.get(source.owner.folder)?.push(one.target.folder)
      const edge = `${source.owner.folder} ${one.target.folder}`
      if (!firstImport.has(edge)) firstImport.set(edge, { file: source.file, line: one.line })
    }
  }

  const ofFiles = cyclesIn(fileEdges).map((cycle) => ({
    file: cycle[0] ?? '',
    line: 0,
    rule: '5',
    sentence: sentence('Files', cycle),
  }))
  const ofPackages = cyclesIn(packageEdges).map((cycle) => {
    const place = firstImport.get(`${cycle[0]} ${cycle[1] ?? cycle[0]}`) ?? { file: cycle[0] ?? '', line: 0 }
    return { ...place, rule: '5', sentence: sentence('Packages', cycle) }
  })
  return [...ofFiles, ...ofPackages]
}

function sentence(what: string, cycle: readonly string[]): string {
  return `${what} import each other in a circle: ${[...cycle, cycle[0]].join(' → ')}.`
}

/** One circle for every group of nodes that reach each other. */
export function cyclesIn(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[][] = []
  const inCycle = new Set<string>()

  const visit = (node: string, trail: string[]): void => {
    state.set(node, 'open')
    trail.push(node)
    for (const next of edges.get(node) ?? []) {
      if (state.get(next) === 'open') {
        const cycle = trail.slice(trail.indexOf(next))
        if (!cycle.every((one) => inCycle.has(one))) cycles.push(cycle)
        for (const one of cycle) inCycle.add(one)
      } else if (!state.has(next)) {
        visit(next, trail)
      }
    }
    trail.pop()
    state.set(node, 'done')
  }
  for (const node of edges.keys()) if (!state.has(node)) visit(node, [])
  return cycles
}
