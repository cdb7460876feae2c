import { Button } from '@mantine/core'
import { BlockSkeleton, Card, ProblemAlert, useNowMs } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Schedule } from '../schedule-contract.ts'
import { Gantt } from './gantt/Gantt.tsx'
import type { GanttLens } from './gantt/model.ts'
import { ganttPlan } from './plan-view.ts'
import type { Computed } from './ScenarioComparison.tsx'
import { scenarioScheduleQuery } from './scenario-queries.ts'
import { scenarioTexts } from './scenario-texts.ts'

const words = scenarioTexts.gantt

/** The plan of a scenario, to look at only. */
export function ScenarioGantt({ scenario, onClose }: { scenario: Computed; onClose: () => void }) {
  const { id, name, computedAt } = scenario
  const { data, error, isPending } = useQuery(scenarioScheduleQuery(id, computedAt))
  return (
    <Card
      title={words.title(name)}
      note={words.note}
      actions={
        <Button size="compact-xs" variant="default" onClick={onClose}>
          {words.close}
        </Button>
      }
    >
      <ProblemAlert error={error} />
      {isPending && <BlockSkeleton height={400} />}
      {data && <Plan schedule={data} name={words.title(name)} />}
    </Card>
  )
}

const NO_STATES = new Map<string, never>()

function Plan({ schedule, name }: { schedule: Schedule; name: string }) {
  const [lens, setLens] = useState<GanttLens>('resource')
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  const plan = useMemo(() => ganttPlan(schedule, NO_STATES, false), [schedule])
  return (
    <Gantt
      name={name}
      plan={plan}
      nowMs={nowMs}
      lens={lens}
      onLens={setLens}
      mayEdit={false}
      preview={async () => ({ refusal: words.note })}
      onApply={() => words.note}
      onOpen={() => undefined}
    />
  )
}
