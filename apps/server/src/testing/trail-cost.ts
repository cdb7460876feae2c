import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { sql } from 'kysely'

const ROUNDS = 400
const WARM_UP = 50

/**
 * What one event of the trail adds to a transaction that writes a row anyway, in microseconds: the difference of the
 * medians. In turns, so that what else the machine does falls on both.
 */
export async function measureTrailCost(runtime: Runtime, enterpriseId: string): Promise<number> {
  const timesMs: Record<'with' | 'without', number[]> = { with: [], without: [] }
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    for (const kind of ['with', 'without'] as const) {
      const beganMs = performance.now()
      await inContext(runtime, systemActor(enterpriseId, 'measure'), async (ctx) => {
        await sql`update identity.enterprise set name = name where enterprise_id = ${enterpriseId}`.execute(ctx.db)
        if (kind === 'without') return
        ctx.audit({
          ...{ action: 'identity.enterprise.change', object: `enterprise ${enterpriseId}` },
          ...{ before: { name: 'Ours' }, after: { name: 'Ours' }, reason: 'To see what it costs' },
        })
      })
      if (round >= WARM_UP) timesMs[kind].push(performance.now() - beganMs)
    }
  }
  return (middleOf(timesMs.with) - middleOf(timesMs.without)) * 1000
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
