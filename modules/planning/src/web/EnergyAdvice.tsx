import { Button, NumberInput } from '@mantine/core'
import type { EquipmentId } from '@millrace/plant/contract'
import { formatRatio, ProblemAlert, Row } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AdviceWish } from '../energy-advice-contract.ts'
import { AdviceChoices } from './AdviceChoices.tsx'
import classes from './energy.module.css'
import { adviceQuery, useCancelAdvice, useStartAdvice } from './energy-queries.ts'
import { energyTexts } from './energy-texts.ts'

const words = energyTexts.advice

interface EnergyAdviceProps {
  readonly siteId: string
  readonly currency: string
  readonly mayPlan: boolean
}

/** How the plan could take less: asked for, looked for, and decided on. */
export function EnergyAdvice({ siteId, currency, mayPlan }: EnergyAdviceProps) {
  const { data, error } = useQuery(adviceQuery(siteId))
  const start = useStartAdvice()
  const cancel = useCancelAdvice(siteId)
  const [hasOptions, setOptions] = useState(false)
  const [cap, setCap] = useState<number | string>('')
  const [moves, setMoves] = useState<number | string>('')
  const [later, setLater] = useState<number | string>('')
  const advice = data?.advice
  const isRunning = advice?.state === 'running'
  const wish: AdviceWish = {
    siteId: siteId as EquipmentId,
    ...(typeof cap === 'number' && cap > 0 && { capKw: cap }),
    ...(typeof moves === 'number' && moves >= 1 && { movesMax: moves }),
    ...(typeof later === 'number' && later >= 0 && { laterMinutes: later }),
  }
  return (
    <section className={classes.advice} aria-label={words.label}>
      {isRunning && (
        <div role="status">
          <Row>
            <span>{words.looking(formatRatio(advice.progressRatio))}</span>
            {mayPlan && (
              <Button size="xs" variant="default" onClick={() => cancel.mutate(undefined)}>
                {words.stop}
              </Button>
            )}
          </Row>
          <progress value={advice.progressRatio} max={1} aria-label={words.label} />
        </div>
      )}
      {advice?.state === 'failed' && <p role="alert">{words.failed}</p>}
      {advice?.state === 'accepted' && <p className="second">{words.accepted(advice.decidedBy ?? '')}</p>}
      {advice?.state === 'dismissed' && <p className="second">{words.dismissed(advice.decidedBy ?? '')}</p>}
      {advice?.state === 'open' && advice.result && (
        <AdviceChoices key={advice.id} advice={advice} result={advice.result} currency={currency} mayPlan={mayPlan} />
      )}
      {mayPlan && !isRunning && (
        <Row>
          <Button size="xs" variant="default" loading={start.isPending} onClick={() => start.mutate(wish)}>
            {advice?.state === 'open' ? words.findAgain : words.find}
          </Button>
          <Button size="xs" variant="subtle" aria-expanded={hasOptions} onClick={() => setOptions(!hasOptions)}>
            {words.options}
          </Button>
        </Row>
      )}
      {hasOptions && !isRunning && (
        <div className={classes.form}>
          <NumberInput
            size="xs"
            label={words.capLabel}
            description={words.capHint}
            min={1}
            value={cap}
            onChange={setCap}
          />
          <NumberInput
            size="xs"
            label={words.movesLabel}
            min={1}
            max={50}
            allowDecimal={false}
            value={moves}
            onChange={setMoves}
          />
          <NumberInput
            size="xs"
            label={words.laterLabel}
            description={words.laterHint}
            min={0}
            max={10_080}
            allowDecimal={false}
            value={later}
            onChange={setLater}
          />
        </div>
      )}
      <ProblemAlert error={error ?? start.error ?? cancel.error} />
    </section>
  )
}
