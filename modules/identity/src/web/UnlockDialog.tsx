import { Button, TextInput } from '@mantine/core'
import { Dialog, ProblemAlert } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { Person } from '../contract.ts'
import classes from './administration.module.css'
import { useUnlockPerson } from './administration-queries.ts'
import { texts as all } from './administration-texts.ts'

const texts = all.person

/** Lets a locked person in again, with a reason. */
export function UnlockDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const unlock = useUnlockPerson(person)
  const [reason, setReason] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    unlock.mutate({ reason: reason.trim() }, { onSuccess: onClose })
  }
  return (
    <Dialog title={texts.unlockTitle(person.name)} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <p className="second">{texts.unlockNote}</p>
        <TextInput
          label={all.reason}
          description={all.reasonHint}
          required
          maxLength={500}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <ProblemAlert error={unlock.error} />
        <div className={classes.formButtons}>
          <Button variant="subtle" onClick={onClose}>
            {all.cancel}
          </Button>
          <Button type="submit" variant="filled" loading={unlock.isPending}>
            {texts.unlock}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
