import { Button, TextInput } from '@mantine/core'
import { Card, DataTable, formatDate, formatNumber, ProblemAlert } from '@millrace/ui'
import { type KeyboardEvent, useState } from 'react'
import type { ForecastWeek, ProductForecast } from '../forecast-contract.ts'
import { inForce } from '../forecast-rules.ts'
import { weekNumber } from '../week-rules.ts'
import classes from './forecast.module.css'
import { useOverrideForecast } from './forecast-queries.ts'
import { texts } from './forecast-texts.ts'

const REASON_MIN = 3

/** The coming weeks in numbers. A planner writes others over them, with a reason; an emptied field goes back to the computed one. */
export function ForecastWeeks({ forecast, mayWrite }: { forecast: ProductForecast; mayWrite: boolean }) {
  const save = useOverrideForecast(forecast.productId)
  const [edits, setEdits] = useState<ReadonlyMap<string, string>>(new Map())
  const [reason, setReason] = useState('')
  const changes = forecast.weeks.flatMap((week) => changeOf(week, edits.get(week.weekOn)))
  const isWrong = changes.some(({ quantity }) => Number.isNaN(quantity))
  const edit = (weekOn: string, text: string) => setEdits(new Map(edits).set(weekOn, text))
  const forget = () => {
    setEdits(new Map())
    setReason('')
  }
  return (
    <Card title={texts.weeks(forecast.name)} note={mayWrite ? texts.weeksNote : undefined}>
      <ProblemAlert error={save.error} />
      <div role="status" className="small second">
        {save.isSuccess && changes.length === 0 && texts.saved(save.variables.weeks.length)}
      </div>
      {changes.length > 0 && (
        <form
          className={classes.bar}
          onSubmit={(event) => {
            event.preventDefault()
            save.mutate({ weeks: changes, reason: reason.trim() }, { onSuccess: forget })
          }}
        >
          <span>{texts.changedCount(changes.length)}</span>
          <TextInput
            className={classes.reason}
            label={texts.reason}
            placeholder={texts.reasonHint}
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.target.value)}
          />
          <Button
            type="submit"
            size="xs"
            variant="filled"
            loading={save.isPending}
            disabled={isWrong || reason.trim().length < REASON_MIN}
          >
            {texts.save}
          </Button>
          <Button size="xs" variant="default" onClick={forget}>
            {texts.discard}
          </Button>
        </form>
      )}
      <div className={classes.weeks}>
        <DataTable
          rows={forecast.weeks}
          rowKey={({ weekOn }) => weekOn}
          label={texts.weeks(forecast.name)}
          empty={texts.noForecast}
          columns={[
            { header: texts.week, phone: 'title', cell: ({ weekOn }) => <b>{weekNumber(weekOn)}</b> },
            { header: texts.from, phone: 'detail', cell: ({ weekOn }) => formatDate(Date.parse(weekOn), 'UTC') },
            { header: texts.computedValue, numeric: true, cell: ({ quantity }) => formatNumber(quantity, 0) },
            {
              header: texts.band,
              numeric: true,
              cell: (week) => (
                <span className="second">{`${formatNumber(week.lowQuantity, 0)} – ${formatNumber(week.highQuantity, 0)}`}</span>
              ),
            },
            {
              header: texts.counted,
              numeric: true,
              phone: 'value',
              width: '130px',
              cell: (week) =>
                mayWrite ? (
                  <TextInput
                    size="xs"
                    inputMode="numeric"
                    aria-label={texts.countedIn(weekNumber(week.weekOn))}
                    value={edits.get(week.weekOn) ?? String(inForce(week))}
                    error={Number.isNaN(changeOf(week, edits.get(week.weekOn))[0]?.quantity ?? 0)}
                    styles={{ input: { textAlign: 'right', fontVariantNumeric: 'tabular-nums' } }}
                    onChange={(event) => edit(week.weekOn, event.target.value)}
                    onFocus={(event) => event.target.select()}
                    onKeyDown={walk}
                  />
                ) : (
                  formatNumber(inForce(week), 0)
                ),
            },
            {
              header: texts.why,
              cell: ({ override }) => override && texts.setBy(override.reason, override.setBy),
            },
          ]}
        />
      </div>
    </Card>
  )
}

/** What a field says instead; not a number where it says nothing that can be counted with. */
function changeOf(week: ForecastWeek, text: string | undefined): { weekOn: string; quantity: number | null }[] {
  if (text === undefined) return []
  const { weekOn, override } = week
  if (text.trim() === '') return override === null ? [] : [{ weekOn, quantity: null }]
  if (!/^\d{1,8}$/.test(text.trim())) return [{ weekOn, quantity: Number.NaN }]
  const quantity = Number(text)
  return quantity === inForce(week) ? [] : [{ weekOn, quantity }]
}

/** Enter and the arrows go to the field above or below, as in a spreadsheet. */
function walk(event: KeyboardEvent<HTMLInputElement>): void {
  const step = event.key === 'ArrowDown' || event.key === 'Enter' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0) return
  const fields = [...(event.currentTarget.closest('table')?.querySelectorAll('input') ?? [])]
  const next = fields[fields.indexOf(event.currentTarget) + step]
  event.preventDefault()
  next?.focus()
}
