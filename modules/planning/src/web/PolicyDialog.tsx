import { Checkbox, NumberInput, Switch, TextInput } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { clockMs, Dialog, FormActions, formatWhen, LinesSkeleton, ProblemAlert, Stacked } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import type { NewReactionPolicy, ReactionPolicy } from '../reaction-contract.ts'
import type { Cause, Schedule } from '../schedule-contract.ts'
import classes from './planning.module.css'
import { reactionPolicyQuery, useSetReactionPolicy } from './queries.ts'
import { texts } from './reaction-texts.ts'
import { minuteOf } from './wall-moment.ts'

const words = texts.policy
const CAUSES = Object.entries(texts.causes) as [Cause, string][]
const DAY_MINUTES = 1440

interface PolicyDialogProps {
  readonly schedule: Pick<Schedule, 'siteId' | 'timeZone'>
  readonly onClose: () => void
}

/** Which small proposals a site applies by itself. */
export function PolicyDialog({ schedule, onClose }: PolicyDialogProps) {
  const query = useQuery(reactionPolicyQuery(schedule.siteId))
  return (
    <Dialog title={words.title} onClose={onClose}>
      <Stacked>
        <p className="second">{words.hint}</p>
        {query.isPending && <LinesSkeleton lines={6} />}
        <ProblemAlert error={query.error} />
        {query.data && <PolicyForm policy={query.data} timeZone={schedule.timeZone} onClose={onClose} />}
      </Stacked>
    </Dialog>
  )
}

function PolicyForm({ policy, timeZone, onClose }: { policy: ReactionPolicy; timeZone: string; onClose: () => void }) {
  const set = useSetReactionPolicy()
  const [enabled, setEnabled] = useState(policy.enabled)
  const [causes, setCauses] = useState<string[]>([...policy.causes])
  const [movesMax, setMovesMax] = useState<number | string>(policy.movesMax)
  const [shiftHoursMax, setShiftHoursMax] = useState<number | string>(policy.shiftHoursMax)
  const [from, setFrom] = useState(timeText(policy.fromMinute))
  const [to, setTo] = useState(timeText(policy.toMinute % DAY_MINUTES))
  const [rejectionsMax, setRejectionsMax] = useState<number | string>(policy.rejectionsMax)
  const [breakdown, setBreakdown] = useState(policy.breakdownWords.join(', '))
  const [isTried, setTried] = useState(false)
  const fromMinute = minuteOf(from)
  // Until midnight is the end of the day, not its beginning.
  const toMinute = minuteOf(to) || (to === '' ? undefined : DAY_MINUTES)
  const isWhole = [movesMax, shiftHoursMax, rejectionsMax].every((one) => typeof one === 'number' && one >= 1)
  const wish: NewReactionPolicy | undefined =
    isWhole && fromMinute !== undefined && toMinute !== undefined && (!enabled || causes.length > 0)
      ? {
          ...{ siteId: policy.siteId, enabled, causes: causes as Cause[], fromMinute, toMinute },
          ...{ movesMax: Number(movesMax), shiftHoursMax: Number(shiftHoursMax), rejectionsMax: Number(rejectionsMax) },
          breakdownWords: breakdown
            .split(',')
            .map((one) => one.trim())
            .filter((one) => one.length > 1),
        }
      : undefined

  function save(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    if (wish) set.mutate(wish, { onSuccess: onClose })
  }

  return (
    <form className={classes.form} onSubmit={save} noValidate>
      <p>{stateOf(policy, timeZone)}</p>
      <Switch label={words.enabled} checked={enabled} onChange={(event) => setEnabled(event.currentTarget.checked)} />
      <Checkbox.Group label={words.causes} value={causes} onChange={setCauses}>
        <div className={classes.pair}>
          {CAUSES.map(([value, label]) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </div>
      </Checkbox.Group>
      <div className={classes.pair}>
        <NumberInput label={words.movesMax} value={movesMax} min={1} max={100} onChange={setMovesMax} />
        <NumberInput label={words.shiftHoursMax} value={shiftHoursMax} min={1} max={168} onChange={setShiftHoursMax} />
        <TextInput label={words.from} type="time" value={from} onChange={(e) => setFrom(e.target.value)} />
        <TextInput label={words.to} type="time" value={to} onChange={(e) => setTo(e.target.value)} />
      </div>
      <NumberInput label={words.rejectionsMax} value={rejectionsMax} min={1} max={20} onChange={setRejectionsMax} />
      <TextInput
        label={words.words}
        description={words.wordsHint}
        value={breakdown}
        maxLength={400}
        onChange={(e) => setBreakdown(e.target.value)}
      />
      {isTried && !wish && <p role="alert">{words.invalid}</p>}
      <ProblemAlert error={set.error} />
      <FormActions submit={words.save} isPending={set.isPending} onCancel={onClose} />
    </form>
  )
}

function stateOf({ suspendedAt, setAt, setBy }: ReactionPolicy, timeZone: string): string {
  if (setAt === null) return words.never
  const when = (at: typeof setAt) => formatWhen(epochMs(at), timeZone, clockMs())
  return suspendedAt === null ? words.set(when(setAt), setBy ?? '') : words.rests(when(suspendedAt))
}

function timeText(minute: number): string {
  const two = (number: number) => String(number).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}
