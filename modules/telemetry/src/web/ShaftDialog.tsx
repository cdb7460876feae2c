import { Button, NumberInput } from '@mantine/core'
import { Dialog, ProblemAlert, Row } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { Shaft } from '../vibration-contract.ts'
import classes from './vibration.module.css'
import { useChangeShaft } from './vibration-queries.ts'
import { vibrationTexts as words } from './vibration-texts.ts'

type Field = Exclude<keyof Shaft, 'workUnitId'>
const FIELDS: readonly { readonly name: Field; readonly whole?: boolean }[] = [
  { name: 'nominalRpm' },
  { name: 'teeth', whole: true },
  { name: 'ballCount', whole: true },
  { name: 'ballMm' },
  { name: 'pitchMm' },
  { name: 'contactDegrees' },
]

interface ShaftDialogProps {
  readonly machineId: string
  readonly shaft: Shaft
  readonly onClose: () => void
}

/** What turns in a machine, as its data sheets say. */
export function ShaftDialog({ machineId, shaft, onClose }: ShaftDialogProps) {
  const { workUnitId: _, ...known } = shaft
  const [draft, setDraft] = useState(known)
  const saving = useChangeShaft(machineId)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    saving.mutate(draft, { onSuccess: onClose })
  }
  return (
    <Dialog title={words.shaft} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <p className="second">{words.shaftIntro}</p>
        <div className={classes.pair}>
          {FIELDS.map(({ name, whole }) => (
            <NumberInput
              key={name}
              label={words[name]}
              min={0}
              allowDecimal={whole !== true}
              hideControls
              value={draft[name] ?? ''}
              onChange={(value) => setDraft({ ...draft, [name]: value === '' ? null : Number(value) })}
            />
          ))}
        </div>
        <ProblemAlert error={saving.error} />
        <Row>
          <Button type="submit" variant="filled" loading={saving.isPending}>
            {words.save}
          </Button>
          <Button variant="subtle" onClick={onClose}>
            {words.cancel}
          </Button>
        </Row>
      </form>
    </Dialog>
  )
}
