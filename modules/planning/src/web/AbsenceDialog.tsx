import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import { epochMs, HOUR_MS, instant } from '@millrace/base'
import { clockMs, Dialog, FormActions, formatWhen, LinesSkeleton, ProblemAlert, Row, Stacked } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import type { OperatorGroup } from '../contract.ts'
import type { Absence, NewAbsence } from '../reaction-contract.ts'
import type { Schedule } from '../schedule-contract.ts'
import classes from './planning.module.css'
import { absencesQuery, groupsQuery, useRemoveAbsence, useReportAbsence } from './queries.ts'
import { texts } from './reaction-texts.ts'
import { momentOf, wallText } from './wall-moment.ts'

const words = texts.absence
/** What a shift has left when somebody calls in at its beginning. */
const USUAL_MS = 8 * HOUR_MS

interface AbsenceDialogProps {
  readonly schedule: Pick<Schedule, 'siteId' | 'timeZone'>
  readonly onClose: () => void
}

/** Says that people are missing, from when until when on the plant's clock; and lists who is. */
export function AbsenceDialog({ schedule, onClose }: AbsenceDialogProps) {
  const groups = useQuery(groupsQuery(schedule.siteId))
  const absences = useQuery(absencesQuery(schedule.siteId))
  return (
    <Dialog title={words.title} onClose={onClose}>
      <Stacked>
        <p className="second">{words.hint}</p>
        {groups.isPending && <LinesSkeleton lines={5} />}
        <ProblemAlert error={groups.error ?? absences.error} />
        {groups.data?.groups.length === 0 && <p>{words.noGroups}</p>}
        {groups.data && groups.data.groups.length > 0 && (
          <AbsenceForm {...schedule} groups={groups.data.groups} onClose={onClose} />
        )}
        <KnownAbsences
          {...schedule}
          groups={groups.data?.groups ?? []}
          absences={(absences.data?.items ?? []).filter(({ endAt }) => epochMs(endAt) > clockMs())}
        />
      </Stacked>
    </Dialog>
  )
}

function AbsenceForm({
  siteId,
  timeZone,
  groups,
  onClose,
}: AbsenceDialogProps['schedule'] & { groups: readonly OperatorGroup[]; onClose: () => void }) {
  const report = useReportAbsence()
  const [groupId, setGroupId] = useState<string | null>(null)
  const [count, setCount] = useState<number | string>(1)
  const [from, setFrom] = useState(() => wallText(instant(clockMs()), timeZone))
  const [to, setTo] = useState(() => wallText(instant(clockMs() + USUAL_MS), timeZone))
  const [note, setNote] = useState('')
  const [isTried, setTried] = useState(false)
  const group = groups.find(({ id }) => id === groupId)
  const [fromMs, toMs] = [momentOf(from, timeZone), momentOf(to, timeZone)]
  const isWhole = typeof count === 'number' && count >= 1
  const absence: NewAbsence | undefined =
    group && isWhole && fromMs && toMs && toMs > fromMs && toMs > clockMs()
      ? {
          ...{ siteId, groupId: group.id, count, startAt: instant(fromMs), endAt: instant(toMs) },
          note: note.trim() === '' ? null : note.trim(),
        }
      : undefined

  function save(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    if (absence) report.mutate(absence, { onSuccess: onClose })
  }

  return (
    <form className={classes.form} onSubmit={save} noValidate>
      <div className={classes.pair}>
        <Select
          label={words.group}
          value={groupId}
          data={groups.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setGroupId}
        />
        <NumberInput label={words.count} value={count} min={1} allowDecimal={false} onChange={setCount} />
      </div>
      <div className={classes.pair}>
        <TextInput label={words.from} type="datetime-local" value={from} onChange={(e) => setFrom(e.target.value)} />
        <TextInput label={words.to} type="datetime-local" value={to} onChange={(e) => setTo(e.target.value)} />
      </div>
      <TextInput
        label={words.note}
        description={words.noteHint}
        value={note}
        maxLength={200}
        onChange={(e) => setNote(e.target.value)}
      />
      {isTried && !absence && <p role="alert">{words.invalid}</p>}
      <ProblemAlert error={report.error} />
      <FormActions submit={words.save} isPending={report.isPending} onCancel={onClose} />
    </form>
  )
}

function KnownAbsences({
  timeZone,
  groups,
  absences,
}: AbsenceDialogProps['schedule'] & { groups: readonly OperatorGroup[]; absences: readonly Absence[] }) {
  const remove = useRemoveAbsence()
  if (absences.length === 0) return null
  const nowMs = clockMs()
  const text = ({ count, groupId, startAt, endAt }: Absence) => {
    const when = (at: Absence['startAt']) => formatWhen(epochMs(at), timeZone, nowMs)
    return words.span(count, groups.find(({ id }) => id === groupId)?.name ?? '', when(startAt), when(endAt))
  }
  return (
    <section aria-label={words.known}>
      <h3>{words.known}</h3>
      <ul className={classes.notes}>
        {absences.map((one) => (
          <li key={one.id}>
            <Row>
              <span>{text(one)}</span>
              {one.note !== null && <span className="second">{one.note}</span>}
              <Button
                size="compact-xs"
                variant="default"
                aria-label={words.backName(text(one))}
                loading={remove.isPending && remove.variables === one.id}
                onClick={() => remove.mutate(one.id)}
              >
                {words.back}
              </Button>
            </Row>
          </li>
        ))}
      </ul>
      <ProblemAlert error={remove.error} />
    </section>
  )
}
