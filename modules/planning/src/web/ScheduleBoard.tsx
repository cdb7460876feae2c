import { isProblem } from '@millrace/base'
import { useNowMs } from '@millrace/ui'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import type { Proposal, Schedule } from '../schedule-contract.ts'
import { Gantt } from './gantt/Gantt.tsx'
import type { Command } from './gantt/history.ts'
import type { GanttEdit, GanttLens, GanttOutcome } from './gantt/model.ts'
import { changesOf, editOf, type GroupsOf, ganttPlan, groupsIn, outcomeOf } from './plan-view.ts'
import { changeDraft, previewEdit, scheduleQuery } from './queries.ts'
import { useLiveStates } from './use-live-states.ts'

const MINUTE_MS = 60_000

interface ScheduleBoardProps {
  readonly name: string
  readonly schedule: Schedule
  readonly mayEdit: boolean
  /** Whose moves are drawn over the plan; left out: nobody's. */
  readonly proposal?: Proposal | undefined
  readonly onOpen: (orderId: string) => void
}

/** The Gantt of a schedule. The server says what edits do, and makes them in the draft. */
export function ScheduleBoard({ name, schedule, mayEdit, proposal, onOpen }: ScheduleBoardProps) {
  const [lens, setLens] = useState<GanttLens>('resource')
  const nowMs = Math.floor(useNowMs() / MINUTE_MS) * MINUTE_MS
  const live = useLiveStates(schedule.siteId)
  const plan = useMemo(() => ganttPlan(schedule, live), [schedule, live])
  const proposed = useMemo(() => (proposal ? proposedChanges(proposal, schedule) : undefined), [proposal, schedule])
  const queryClient = useQueryClient()
  // Changes that can be taken back may be older than the schedule: people are remembered beyond it.
  const groups = useRef<GroupsOf>(new Map())

  async function preview(edit: GanttEdit, signal: AbortSignal): Promise<GanttOutcome> {
    const wish = editOf(edit, plan)
    for (const [id, group] of groupsIn(schedule)) groups.current.set(id, group)
    const outcome = await previewEdit(schedule.siteId, wish, signal).catch((error: unknown) => {
      if (isProblem(error)) return { refusal: error.message }
      throw error
    })
    return 'refusal' in outcome ? outcome : outcomeOf(outcome.changes, schedule, groups.current)
  }

  async function apply({ changes }: Command): Promise<string | undefined> {
    try {
      await changeDraft({ siteId: schedule.siteId, changes: changesOf(changes, groups.current) })
    } catch (error) {
      if (isProblem(error)) return error.message
      throw error
    } finally {
      await queryClient.refetchQueries({ queryKey: scheduleQuery(schedule.siteId).queryKey })
    }
    return undefined
  }

  return (
    <Gantt
      name={name}
      plan={plan}
      nowMs={nowMs}
      lens={lens}
      onLens={setLens}
      mayEdit={mayEdit}
      {...(proposed && { proposed })}
      preview={preview}
      onApply={apply}
      onOpen={(bar) => onOpen(bar.orderId)}
    />
  )
}

function proposedChanges({ changes }: Proposal, schedule: Schedule) {
  const outcome = outcomeOf(changes, schedule, new Map())
  return 'refusal' in outcome ? [] : outcome.changes
}
