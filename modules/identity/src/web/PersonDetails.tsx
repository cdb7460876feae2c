import { Button, TextInput } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { Card, Dialog, formatDate, ProblemAlert, readerZone } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { Person } from '../contract.ts'
import classes from './administration.module.css'
import { useChangePerson, useEndPerson, useReturnPerson } from './administration-queries.ts'
import { texts as all } from './administration-texts.ts'
import { PersonProvisioning } from './PersonProvisioning.tsx'
import { useMay } from './queries.ts'

const texts = all.person

/** Name, address and what the person does; ending and bringing back. */
export function PersonDetails({ person }: { person: Person }) {
  // What comes from the identity provider is changed there.
  const mayChange = useMay('identity:person:write') && !person.provisioned
  const [open, setOpen] = useState<'edit' | 'end' | undefined>(undefined)
  const bringBack = useReturnPerson(person.id)
  const { endedAt } = person
  const close = () => setOpen(undefined)
  return (
    <Card
      title={texts.details}
      actions={
        mayChange && (
          <Button size="xs" onClick={() => setOpen('edit')}>
            {texts.edit}
          </Button>
        )
      }
    >
      <div className={classes.stack}>
        <dl className={classes.facts}>
          <dt>{texts.email}</dt>
          <dd>{person.email}</dd>
          <dt>{texts.does}</dt>
          <dd>{person.title || '–'}</dd>
          <dt>{texts.state}</dt>
          <dd>{endedAt === null ? texts.active : texts.endedAt(formatDate(epochMs(endedAt), readerZone()))}</dd>
        </dl>
        <PersonProvisioning person={person} />
        <ProblemAlert error={bringBack.error} />
        {mayChange && (
          <div>
            {endedAt === null ? (
              <Button size="xs" color="red" onClick={() => setOpen('end')}>
                {texts.end}
              </Button>
            ) : (
              <Button size="xs" loading={bringBack.isPending} onClick={() => bringBack.mutate(undefined)}>
                {texts.bringBack}
              </Button>
            )}
          </div>
        )}
      </div>
      {open === 'edit' && <EditDialog person={person} onClose={close} />}
      {open === 'end' && <EndDialog person={person} onClose={close} />}
    </Card>
  )
}

function EditDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const change = useChangePerson(person.id)
  const [name, setName] = useState(person.name)
  const [email, setEmail] = useState(person.email)
  const [title, setTitle] = useState(person.title)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    change.mutate({ name: name.trim(), email: email.trim(), title: title.trim() }, { onSuccess: onClose })
  }
  return (
    <Dialog title={texts.details} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={texts.name}
          required
          maxLength={200}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={texts.email}
          type="email"
          required
          maxLength={254}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <TextInput
          label={all.newPerson.does}
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <ProblemAlert error={change.error} />
        <div className={classes.formButtons}>
          <Button variant="subtle" onClick={onClose}>
            {all.cancel}
          </Button>
          <Button type="submit" variant="filled" loading={change.isPending}>
            {texts.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function EndDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const end = useEndPerson(person.id)
  const [reason, setReason] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const said = reason.trim()
    end.mutate(said === '' ? {} : { reason: said }, { onSuccess: onClose })
  }
  return (
    <Dialog title={texts.endTitle(person.name)} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <p className="second">{texts.endNote(person.name)}</p>
        <TextInput
          label={all.reason}
          description={all.reasonHint}
          maxLength={500}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <ProblemAlert error={end.error} />
        <div className={classes.formButtons}>
          <Button variant="subtle" onClick={onClose}>
            {all.cancel}
          </Button>
          <Button type="submit" variant="filled" color="red" loading={end.isPending}>
            {texts.endTitle(person.name)}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
