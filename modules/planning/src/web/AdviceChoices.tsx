import { Button, Checkbox, TextInput } from '@mantine/core'
import { DataTable, formatMoney, formatNumber, formatQuantity, formatRatio, ProblemAlert, Row } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { Advice, AdviceResult } from '../energy-advice-contract.ts'
import { withNeeded, withoutDependent } from './advice-choice.ts'
import classes from './energy.module.css'
import { useAcceptAdvice, useDismissAdvice } from './energy-queries.ts'
import { energyTexts } from './energy-texts.ts'
import planningClasses from './planning.module.css'

const words = energyTexts.advice
const REASON_MIN = 3

interface AdviceChoicesProps {
  readonly advice: Advice
  readonly result: AdviceResult
  readonly currency: string
  readonly mayPlan: boolean
}

/** What was found, move by move, with what of it is taken. */
export function AdviceChoices({ advice, result, currency, mayPlan }: AdviceChoicesProps) {
  const { moves, switchOffs, leftOut } = result
  const accept = useAcceptAdvice()
  const dismiss = useDismissAdvice()
  const [chosen, setChosen] = useState<ReadonlySet<number>>(() => new Set(moves.keys()))
  const [off, setOff] = useState<ReadonlySet<number>>(() => new Set(switchOffs.keys()))
  const [isDismissing, setDismissing] = useState(false)
  const [reason, setReason] = useState('')
  const isEmpty = moves.length + switchOffs.length === 0
  const take = (place: number, isTaken: boolean) =>
    setChosen(isTaken ? withNeeded(chosen, place, moves) : withoutDependent(chosen, place, moves))

  function send(event: SubmitEvent) {
    event.preventDefault()
    if (reason.trim().length >= REASON_MIN) dismiss.mutate({ id: advice.id, reason: reason.trim() })
  }

  return (
    <>
      <p className={classes.sentence}>{sentence(advice, result, currency)}</p>
      {advice.stale && <p role="status">{words.stale}</p>}
      {moves.length > 0 && (
        <DataTable
          rows={moves.map((move, place) => ({ ...move, place }))}
          rowKey={({ place }) => place}
          label={words.moves}
          empty=""
          columns={[
            {
              header: words.take,
              phone: 'title',
              width: '52%',
              cell: ({ text, place, needs }) => (
                <Checkbox
                  size="xs"
                  checked={chosen.has(place)}
                  disabled={!mayPlan}
                  onChange={(event) => take(place, event.target.checked)}
                  label={`${place + 1}. ${text}`}
                  description={
                    needs.length > 0
                      ? words.needs(needs.map((needed) => words.place(needed + 1)).join(', '))
                      : undefined
                  }
                />
              ),
            },
            {
              header: words.money,
              numeric: true,
              phone: 'value',
              cell: ({ savedCost }) => formatMoney(savedCost, currency),
            },
            { header: words.kwh, numeric: true, cell: ({ savedKwh }) => formatNumber(savedKwh, 0) },
            { header: words.carbon, numeric: true, cell: ({ savedCarbonKg }) => formatNumber(savedCarbonKg, 0) },
          ]}
        />
      )}
      {switchOffs.length > 0 && (
        <DataTable
          rows={switchOffs.map((one, place) => ({ ...one, place }))}
          rowKey={({ place }) => place}
          label={words.offs}
          empty=""
          columns={[
            {
              header: words.offs,
              phone: 'title',
              width: '52%',
              cell: ({ text, place }) => (
                <Checkbox
                  size="xs"
                  checked={off.has(place)}
                  disabled={!mayPlan}
                  onChange={(event) =>
                    setOff(event.target.checked ? off.union(new Set([place])) : off.difference(new Set([place])))
                  }
                  label={text}
                />
              ),
            },
            {
              header: words.money,
              numeric: true,
              phone: 'value',
              cell: ({ savedCost }) => formatMoney(savedCost, currency),
            },
            {
              header: words.kwh,
              numeric: true,
              phone: 'detail',
              cell: ({ savedKwh }) => formatQuantity(savedKwh, 'kWh', 0),
            },
          ]}
        />
      )}
      {leftOut > 0 && <p className="small second">{words.leftOut(leftOut)}</p>}
      {mayPlan && !isEmpty && !isDismissing && (
        <Row>
          <Button size="xs" variant="default" onClick={() => setDismissing(true)}>
            {words.dismiss}
          </Button>
          <Button
            size="xs"
            variant="filled"
            disabled={advice.stale || chosen.size + off.size === 0}
            loading={accept.isPending}
            onClick={() => accept.mutate({ id: advice.id, choice: { moves: [...chosen], switchOffs: [...off] } })}
          >
            {words.apply}
          </Button>
        </Row>
      )}
      {isDismissing && (
        <form className={planningClasses.form} onSubmit={send}>
          <TextInput
            label={words.reason}
            description={words.reasonHint}
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.target.value)}
          />
          <Row>
            <Button size="xs" variant="default" onClick={() => setDismissing(false)}>
              {words.keep}
            </Button>
            <Button
              size="xs"
              type="submit"
              variant="filled"
              disabled={reason.trim().length < REASON_MIN}
              loading={dismiss.isPending}
            >
              {words.dismiss}
            </Button>
          </Row>
        </form>
      )}
      <ProblemAlert error={accept.error ?? dismiss.error} />
    </>
  )
}

/** `4 % less electricity, 11 % less cost (CHF 182), 38 kg less CO₂e, peak 212 → 188 kW, with these 5 moves; nobody later.` */
function sentence(advice: Advice, { before, after, moves, switchOffs }: AdviceResult, currency: string): string {
  if (moves.length + switchOffs.length === 0) return words.noneOff
  const money = before.cost + before.peakCost
  const saved = money - after.cost - after.peakCost
  const lessKwh = before.usedKwh === 0 ? 0 : 1 - after.usedKwh / before.usedKwh
  const carbon = before.carbonKg === null || after.carbonKg === null ? 0 : before.carbonKg - after.carbonKg
  const percent = (ratio: number) => formatRatio(ratio, Math.abs(ratio) < 0.1 ? 1 : 0)
  const parts = [
    ...(lessKwh >= 0.0005 ? [words.less(percent(lessKwh), words.electricity)] : []),
    ...(lessKwh <= -0.0005 ? [words.more(percent(-lessKwh), words.electricity)] : []),
    ...(saved > 0 && money > 0 ? [words.costOf(percent(saved / money), formatMoney(saved, currency))] : []),
    ...(carbon >= 0.5 ? [words.carbonOf(formatQuantity(carbon, 'kg', 0))] : []),
    ...(before.peakKw - after.peakKw >= 0.5
      ? [words.peakOf(formatNumber(before.peakKw, 0), formatQuantity(after.peakKw, 'kW', 0))]
      : []),
  ]
  const means = [
    ...(moves.length > 0 ? [words.withMoves(moves.length)] : []),
    ...(switchOffs.length > 0 ? [words.andOffs(switchOffs.length)] : []),
  ]
  const later = advice.wish.laterMinutes ?? 0
  return `${[...parts, means.join(' and ')].join(', ')}; ${later > 0 ? words.laterBy(later) : words.nobody}.`
}
