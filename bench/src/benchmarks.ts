import { authz, isolation } from './authorization.ts'
import type { Benchmark } from './benchmark.ts'
import { cluster } from './cluster.ts'
import { clusterKill } from './cluster-kill.ts'
import { detectors } from './detectors.ts'
import { energy } from './energy.ts'
import { factory } from './factory.ts'
import { firstStart } from './first-start.ts'
import { flexible } from './flexible.ts'
import { forecast } from './forecast.ts'
import { gantt } from './gantt.ts'
import { ingest } from './ingest.ts'
import { jobshop } from './jobshop.ts'
import { kill } from './kill.ts'
import { large } from './large.ts'
import { live } from './live.ts'
import { loop } from './loop.ts'
import { lots } from './lots.ts'
import { machineFaults } from './machine-faults.ts'
import { nab } from './nab.ts'
import { query } from './query.ts'
import { rcpsp } from './rcpsp.ts'
import { requirements } from './requirements.ts'
import { setups } from './setups.ts'
import { soak } from './soak.ts'

/** Every benchmark, in the order they are listed. */
export const benchmarks: readonly Benchmark[] = [
  loop,
  firstStart,
  ingest,
  cluster,
  clusterKill,
  query,
  gantt,
  live,
  kill,
  soak,
  nab,
  detectors,
  machineFaults,
  factory,
  jobshop,
  flexible,
  large,
  setups,
  requirements,
  rcpsp,
  energy,
  forecast,
  lots,
  authz,
  isolation,
]
