import { isProblem } from '@millrace/base'
import { useNowMs } from '@millrace/ui'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import { fenceClosed } from '../fence-contract.ts'
import type { Changes, Proposal, Schedule } from '../schedule-contract.ts'
import { FenceReasonDialog } from './FenceReasonDialog.tsx'
import { Gantt } from './gantt/Gantt.tsx'
import type { Command } from './gantt/history.ts'
import type { GanttEdit, GanttLens, GanttOutcome } from './gantt/model.ts'
import { changesOf, editOf, type GroupsOf, ganttPlan, groupsIn, outcomeOf } from './plan-view.ts'
import { changeDraft, previewEdit, scheduleQuery } from './queries.ts'
import { useLiveStates } from './use-live-states.ts'

const MINUTE_MS = 60_000

/** A change that waits for a reason. */
interface Asked {
  readonly text: string
  readonly answer: (reason: string | undefined) => void
}

interface ScheduleBoardProps {
  readonly name: string
  readonly schedule: Schedule
  readonly mayEdit: boolean
  /** Whose moves are drawn over the plan; left out: nobody's. */
  readonly proposal?: Proposal | undefined
  /** Whether the reader may move what is frozen, with a reason. */
  readonly mayPublish: boolean
  readonly onOpen: (orderId: string) => void
}

/** The Gantt of a schedule. The server says what edits do, and makes them in the draft. */
export function ScheduleBoard({ name, schedule, mayEdit, mayPublish, proposal, onOpen }: ScheduleBoardProps) {
  const [lens, setLens] = useState<GanttLens>('resource')
  const nowMs = Math.floor(useNowMs() / MINUTE_MS) * MINUTE_MS
  const live = useLiveStates(schedule.siteId)
  const plan = useMemo(() => ganttPlan(schedule, live, mayPublish), [schedule, live, mayPublish])
  const proposed = useMemo(() => (proposal ? proposedChanges(proposal, schedule) : undefined), [proposal, schedule])
  const [asked, setAsked] = useState<Asked>()
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
      return await changeWithReason({ siteId: schedule.siteId, changes: changesOf(changes, groups.current) })
    } catch (error) {
      if (isProblem(error)) return error.message
      throw error
    } finally {
      await queryClient.refetchQueries({ queryKey: scheduleQuery(schedule.siteId).queryKey })
    }
  }

  /** Makes changes, with a reason where they lie behind a fence. @returns a sentence when nobody gave one */
  async function changeWithReason(wish: Changes): Promise<string | undefined> {
    try {
      await changeDraft(wish)
    } catch (error) {
      if (!isProblem(error, fenceClosed)) throw error
      const reason = await new Promise<string | undefined>((answer) => setAsked({ text: error.message, answer }))
      setAsked(undefined)
      if (reason === undefined) return error.message
      await changeDraft({ ...wish, reason })
    }
    return undefined
  }

  return (
    <>
      {asked && <FenceReasonDialog text={asked.text} onReason={asked.answer} onClose={() => asked.answer(undefined)} />}
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
    </>
  )
}

function proposedChanges({ changes }: Proposal, schedule: Schedule) {
  const outcome = outcomeOf(changes, schedule, new Map())
  return 'refusal' in outcome ? [] : outcome.changes
}
