import highsModule from 'highs'
import type { LinearModel } from './linear-model.ts'

/** For how long, how near, and from where. */
export interface SolveLimits {
  readonly timeLimitS: number
  /** Within this share of the best possible is near enough. */
  readonly gapRatio?: number
  /** Values of all columns that keep every row: whatever is found is at least as good. */
  readonly start?: readonly number[]
}

/** What HiGHS found. */
export interface Solution {
  /** `optimal` is proven to be within the gap; `feasible` is the best when the time was up. */
  readonly status: 'optimal' | 'feasible'
  readonly cost: number
  /** Nothing costs less than this. */
  readonly bound: number
  /** By column. */
  readonly values: readonly number[]
  /** By row: by how much the cost changes for one more on its right side. Only of a model without whole columns, else empty. */
  readonly prices: readonly number[]
}

/** Solves a linear model. @returns undefined when nothing keeps all rows, or nothing was found in time */
export type Solver = (model: LinearModel, limits: SolveLimits) => Solution | undefined

const OPTIMAL = 7
/** A primal solution is there and keeps every row. */
const FEASIBLE = 2

// Its types describe CommonJS, where the loader is a property; the module that is loaded has it as its default.
const loadHighs = highsModule as unknown as (typeof highsModule)['default']

/** HiGHS in WebAssembly: one processor, and no call can be interrupted but by its time limit or its thread's end. */
export async function loadSolver(): Promise<Solver> {
  const highs = await loadHighs()
  return (linear, { timeLimitS, gapRatio = 1e-6, start }) => {
    const data = linear.data()
    const isWhole = data.integrality !== undefined
    return highs.withModel(data, (model): Solution | undefined => {
      model.options.set({ output_flag: false, time_limit: timeLimitS, mip_rel_gap: gapRatio, random_seed: 1 })
      if (start) model.setSolution({ colValue: start })
      const { modelStatus } = model.run()
      if (Number(model.info.get('primal_solution_status')) !== FEASIBLE) return undefined
      const { colValue, rowDual } = model.getSolution()
      const cost = model.getObjectiveValue()
      return {
        status: modelStatus === OPTIMAL ? 'optimal' : 'feasible',
        cost,
        bound: isWhole ? Number(model.info.get('mip_dual_bound')) : cost,
        values: Array.from(colValue),
        prices: isWhole ? [] : Array.from(rowDual),
      }
    })
  }
}
