import { Button, TextInput } from '@mantine/core'
import { Dialog, ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type SubmitEvent, useState } from 'react'
import type { NewPerson } from '../contract.ts'
import { AccessChanges } from './AccessChanges.tsx'
import { accessChanges } from './access-change.ts'
import classes from './administration.module.css'
import { permissionsQuery, useAddPerson } from './administration-queries.ts'
import { texts as all } from './administration-texts.ts'
import { GrantsEditor } from './GrantsEditor.tsx'
import { type GrantDraft, grantsOf } from './grant-draft.ts'
import type { Words } from './words.ts'

const texts = all.newPerson

/** Adds a person with first roles, and goes on to the person's page. */
export function NewPersonDialog({ words, onClose }: { words: Words; onClose: () => void }) {
  const add = useAddPerson()
  const navigate = useNavigate()
  const save = (person: NewPerson) =>
    add.mutate(person, {
      onSuccess: ({ id }) => void navigate({ to: '/identity/people/$personId', params: { personId: id } }),
    })
  return (
    <PersonForm words={words} say={texts} pending={add.isPending} error={add.error} onSave={save} onClose={onClose} />
  )
}

interface PersonFormProps {
  readonly words: Words
  readonly say: { readonly title: string; readonly note: string; readonly submit: string }
  readonly pending: boolean
  readonly error: Error | null
  readonly onSave: (person: NewPerson) => void
  readonly onClose: () => void
}

/** Who somebody new is, and which roles that person holds first. */
export function PersonForm({ words, say, pending, error, onSave, onClose }: PersonFormProps) {
  const { data: permissions } = useQuery(permissionsQuery)
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [title, setTitle] = useState('')
  const [drafts, setDrafts] = useState<readonly GrantDraft[]>([])
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onSave({ name: name.trim(), email: email.trim(), title: title.trim(), grants: grantsOf(drafts) })
  }
  const items = permissions?.items ?? []
  return (
    <Dialog title={say.title} onClose={onClose} wide>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={texts.name}
          required
          maxLength={200}
          autoComplete="off"
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={texts.email}
          type="email"
          required
          maxLength={254}
          autoComplete="off"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <TextInput
          label={texts.does}
          description={texts.doesHint}
          maxLength={200}
          autoComplete="off"
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <div>
          <h3>{texts.roles}</h3>
          <GrantsEditor drafts={drafts} words={words} onChange={setDrafts} />
        </div>
        {drafts.length > 0 && (
          <AccessChanges
            name={name.trim() || all.grants.somebody}
            changes={accessChanges([], grantsOf(drafts), { ...words, permissions: items })}
            permissions={items}
            words={words}
          />
        )}
        <p className="second small">{say.note}</p>
        <ProblemAlert error={error} />
        <div className={classes.formButtons}>
          <Button variant="subtle" onClick={onClose}>
            {all.cancel}
          </Button>
          <Button type="submit" variant="filled" loading={pending}>
            {say.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
