import type { Attained } from './attainment-contract.ts'

/** How much of what was planned and heard was done; undefined where nothing was heard. */
export function attainmentRatio({ plannedS, unheardS, ranS }: Attained): number | undefined {
  return plannedS > unheardS ? ranS / (plannedS - unheardS) : undefined
}

/** What was planned, heard, and not done. */
export function missedS({ lateS, stoppedS, idleS }: Attained): number {
  return lateS + stoppedS + idleS
}

export function sumOf(parts: readonly Attained[]): Attained {
  return parts.reduce(
    (sum, one) => ({
      plannedS: sum.plannedS + one.plannedS,
      ranS: sum.ranS + one.ranS,
      lateS: sum.lateS + one.lateS,
      stoppedS: sum.stoppedS + one.stoppedS,
      idleS: sum.idleS + one.idleS,
      unheardS: sum.unheardS + one.unheardS,
      startCount: sum.startCount + one.startCount,
      metCount: sum.metCount + one.metCount,
    }),
    NOTHING_ATTAINED,
  )
}

const NOTHING_ATTAINED: Attained = {
  ...{ plannedS: 0, ranS: 0, lateS: 0, stoppedS: 0, idleS: 0, unheardS: 0, startCount: 0, metCount: 0 },
}
