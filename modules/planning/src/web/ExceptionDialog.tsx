import { Button, Select, TextInput } from '@mantine/core'
import { instant } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { Dialog, ProblemAlert, Row } from '@millrace/ui'
import { useState } from 'react'
import type { CalendarException } from '../contract.ts'
import type { ChosenSite } from './PlanningSite.tsx'
import { useAddException } from './resource-queries.ts'
import { texts } from './resource-texts.ts'
import classes from './resources.module.css'
import { momentOf } from './wall-moment.ts'

const words = texts.calendar
const EVERYWHERE = 'everywhere'

interface ExceptionDialogProps extends Pick<ChosenSite, 'siteId' | 'tree'> {
  readonly zone: string
  readonly onClose: () => void
}

/** Adds something that departs from the shifts. Its times are on the plant's clock. */
export function ExceptionDialog({ siteId, tree, zone, onClose }: ExceptionDialogProps) {
  const [kind, setKind] = useState<CalendarException['kind']>('maintenance')
  const [place, setPlace] = useState(EVERYWHERE)
  const [note, setNote] = useState('')
  const [start, setStart] = useState('')
  const [end, setEnd] = useState('')
  const [isTried, setTried] = useState(false)
  const add = useAddException()
  const machines = [...tree.byId.values()].filter((one) => one.siteId === siteId && one.level === 'work-unit')
  const [startMs, endMs] = [momentOf(start, zone), momentOf(end, zone)]
  const isWhole = note.trim() !== '' && startMs !== undefined && endMs !== undefined && startMs < endMs
  return (
    <Dialog title={words.add} onClose={onClose}>
      <div className={classes.form}>
        <Select
          {...{ label: words.kind, value: kind, allowDeselect: false }}
          data={Object.entries(words.kinds).map(([value, label]) => ({ value, label }))}
          onChange={(value) => setKind((value ?? kind) as CalendarException['kind'])}
        />
        <Select
          {...{ label: words.where, value: place, allowDeselect: false, searchable: true }}
          data={[
            { value: EVERYWHERE, label: words.whole },
            ...machines.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(value) => setPlace(value ?? EVERYWHERE)}
        />
        <TextInput label={words.note} value={note} maxLength={200} onChange={(e) => setNote(e.target.value)} />
        <TextInput
          {...{ label: words.start, type: 'datetime-local', value: start }}
          onChange={(e) => setStart(e.target.value)}
        />
        <TextInput
          {...{ label: words.end, type: 'datetime-local', value: end }}
          onChange={(e) => setEnd(e.target.value)}
        />
        {isTried && !isWhole && <p role="alert">{words.invalid}</p>}
        <ProblemAlert error={add.error} />
        <Row>
          <Button variant="default" onClick={onClose}>
            {texts.cancel}
          </Button>
          <Button
            {...{ variant: 'filled', loading: add.isPending }}
            onClick={() => {
              setTried(true)
              if (!isWhole) return
              const workUnitId = place === EVERYWHERE ? null : (place as EquipmentId)
              add.mutate(
                {
                  ...{ siteId: siteId as EquipmentId, workUnitId, kind, note: note.trim() },
                  ...{ startAt: instant(startMs), endAt: instant(endMs) },
                },
                { onSuccess: onClose },
              )
            }}
          >
            {texts.save}
          </Button>
        </Row>
      </div>
    </Dialog>
  )
}
