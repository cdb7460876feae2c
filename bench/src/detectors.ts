import { createNoveltyDetector, type ValueDetector } from '@millrace/signals'
import type { Benchmark } from './benchmark.ts'
export const detectors: Benchmark = {
  name: 'detectors',
  summary: 'x',
  run: () => {
    const d: ValueDetector[] = [createNoveltyDetector({ probation: 60 })]
    return { n: d.length }
  },
}
