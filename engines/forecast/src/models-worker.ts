import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import startEts, { AutoETS } from '@bsull/augurs/ets'
import startMstl, { MSTL } from '@bsull/augurs/mstl'
import type { Models } from './methods.ts'
import { YEAR_WEEKS } from './series.ts'

/** The two models of augurs, for a worker thread: a fit takes a tenth of a second, and nothing can interrupt it but the thread's end. */
export async function loadModels(): Promise<Models> {
  await startEts({ module_or_path: await wasmOf('@bsull/augurs/ets') })
  await startMstl({ module_or_path: await wasmOf('@bsull/augurs/mstl') })
  return {
    smoothing: (values, horizonWeeks) => {
      // Any error, any trend, no season.
      using model = new AutoETS(1, 'ZZN')
      model.fit(Float64Array.from(values))
      return model.predict(horizonWeeks).point
    },
    season: (values, horizonWeeks) => {
      using model = MSTL.ets([YEAR_WEEKS])
      model.fit(Float64Array.from(values))
      return model.predict(horizonWeeks).point
    },
  }
}

/** Its bytes lie beside each of its modules. */
async function wasmOf(module: string): Promise<Uint8Array<ArrayBuffer>> {
  const script = createRequire(import.meta.url).resolve(module)
  return new Uint8Array(await readFile(script.replace(/\.js$/, '_bg.wasm')))
}
