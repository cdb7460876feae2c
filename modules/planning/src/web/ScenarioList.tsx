import { Button, Checkbox } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { Card, DataTable, formatRatio, formatWhen, ProblemAlert, QuietChip, Row } from '@millrace/ui'
import { COMPARED_LIMIT, type Scenario } from '../scenario-contract.ts'
import { useCancelScenario, useRecomputeScenario, useRemoveScenario } from './scenario-queries.ts'
import { scenarioTexts as words } from './scenario-texts.ts'
import classes from './scenarios.module.css'

interface ScenarioListProps {
  readonly scenarios: readonly Scenario[]
  readonly timeZone: string
  readonly nowMs: number
  readonly chosenIds: readonly string[]
  readonly mayPlan: boolean
  readonly onChoose: (ids: readonly string[]) => void
  readonly onOpen: (id: string) => void
  readonly onApply: (scenario: Scenario) => void
}

/** What was tried, with what it would bring and the buttons that go on from there. */
export function ScenarioList(props: ScenarioListProps) {
  const { scenarios, timeZone, nowMs, chosenIds, mayPlan, onChoose, onOpen, onApply } = props
  const recompute = useRecomputeScenario()
  const cancel = useCancelScenario()
  const remove = useRemoveScenario()

  function choice({ id, name, result }: Scenario) {
    const isChosen = chosenIds.includes(id)
    return (
      <Checkbox
        size="xs"
        aria-label={words.compareName(name)}
        title={!isChosen && chosenIds.length >= COMPARED_LIMIT ? words.compareFull : undefined}
        checked={isChosen}
        disabled={result === null || (!isChosen && chosenIds.length >= COMPARED_LIMIT)}
        onChange={() => onChoose(isChosen ? chosenIds.filter((one) => one !== id) : [...chosenIds, id])}
      />
    )
  }

  function buttons(scenario: Scenario) {
    const { id, name, state, result, outdated } = scenario
    const isBusy = state === 'waiting' || state === 'running'
    return (
      <Row>
        {result && (
          <Button size="compact-xs" variant="default" aria-label={words.openName(name)} onClick={() => onOpen(id)}>
            {words.open}
          </Button>
        )}
        {mayPlan && isBusy && (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={words.stopName(name)}
            onClick={() => cancel.mutate(id)}
          >
            {words.stop}
          </Button>
        )}
        {mayPlan && !isBusy && (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={words.againName(name)}
            onClick={() => recompute.mutate(id)}
          >
            {words.again}
          </Button>
        )}
        {mayPlan && state === 'done' && !outdated && (
          <Button
            size="compact-xs"
            variant="filled"
            aria-label={words.applyName(name)}
            onClick={() => onApply(scenario)}
          >
            {words.apply}
          </Button>
        )}
        {mayPlan && (
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={words.removeName(name)}
            onClick={() => remove.mutate(id)}
          >
            {words.remove}
          </Button>
        )}
      </Row>
    )
  }

  return (
    <Card>
      <ProblemAlert error={recompute.error ?? cancel.error ?? remove.error} />
      <DataTable
        rows={scenarios}
        rowKey={({ id }) => id}
        label={words.label}
        empty={words.empty}
        columns={[
          { header: words.compare, phone: 'value', width: '70px', cell: choice },
          { header: words.name, phone: 'title', cell: (one) => <Name scenario={one} /> },
          {
            header: words.what,
            phone: 'detail',
            cell: ({ texts }) =>
              texts.length === 0 ? (
                <span className="second">{words.nothing}</span>
              ) : (
                <ul className={classes.changes}>
                  {texts.map((text) => (
                    <li key={text}>{text}</li>
                  ))}
                </ul>
              ),
          },
          { header: words.result, phone: 'detail', cell: (one) => <Result scenario={one} /> },
          {
            header: words.made,
            cell: ({ madeAt, madeBy }) => (
              <span className="small second">{words.madeBy(formatWhen(epochMs(madeAt), timeZone, nowMs), madeBy)}</span>
            ),
          },
          { header: words.actions, phone: 'detail', width: '310px', cell: buttons },
        ]}
      />
    </Card>
  )
}

function Name({ scenario: { name, outdated, usedBy } }: { scenario: Scenario }) {
  return (
    <Row>
      <b>{name}</b>
      {usedBy !== null && <QuietChip>{words.used(usedBy)}</QuietChip>}
      {outdated && usedBy === null && (
        <span title={words.outdatedLong}>
          <QuietChip>{words.outdated}</QuietChip>
        </span>
      )}
    </Row>
  )
}

function Result({ scenario: { state, progressRatio, detail, result } }: { scenario: Scenario }) {
  if (state === 'running')
    return (
      <span role="status">
        {words.states.running(formatRatio(progressRatio))}{' '}
        <progress value={progressRatio} max={1} aria-label={words.result} />
      </span>
    )
  if (state !== 'done') return <span className="second">{detail ?? words.states[state]}</span>
  return result && <>{words.late(result.figures.lateCount)}</>
}
