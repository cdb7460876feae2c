import type { Benchmark } from './benchmark.ts'
import { detectors } from './detectors.ts'
import { machineFaults } from './machine-faults.ts'
import { nab } from './nab.ts'

/** Every benchmark, in the order they are listed. */
export const benchmarks: readonly Benchmark[] = [nab, detectors, machineFaults]
