import { Button, Select, TextInput } from '@mantine/core'
import { DAY_MS, instant } from '@millrace/base'
import { clockMs, Dialog, ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import { AccessChanges } from './AccessChanges.tsx'
import { accessChanges } from './access-change.ts'
import classes from './administration.module.css'
import { permissionsQuery, useNewApiKey } from './administration-queries.ts'
import { texts as all } from './administration-texts.ts'
import { CopyField } from './CopyField.tsx'
import { GrantsEditor } from './GrantsEditor.tsx'
import { type GrantDraft, grantsOf } from './grant-draft.ts'
import type { Words } from './words.ts'

const texts = all.keys
const DEFAULT_DAYS = 90
/** What most programs begin with: they read. */
const FIRST_ROLE = 'planner'

/** Makes a key and shows its secret, once. */
export function NewApiKeyDialog({ words, onClose }: { words: Words; onClose: () => void }) {
  const make = useNewApiKey()
  if (make.data) {
    return (
      <Dialog title={texts.made(make.data.key.name)} onClose={onClose}>
        <Secret secret={make.data.secret} onDone={onClose} />
      </Dialog>
    )
  }
  return (
    <Dialog title={texts.newTitle} onClose={onClose} wide>
      <NewKeyForm words={words} make={make} onClose={onClose} />
    </Dialog>
  )
}

interface NewKeyFormProps {
  readonly words: Words
  readonly make: ReturnType<typeof useNewApiKey>
  readonly onClose: () => void
}

function NewKeyForm({ words, make, onClose }: NewKeyFormProps) {
  const { data } = useQuery(permissionsQuery)
  const [name, setName] = useState('')
  const [days, setDays] = useState(DEFAULT_DAYS)
  const [drafts, setDrafts] = useState<readonly GrantDraft[]>([])
  // What only people may do, a key never gets, whatever its roles contain.
  const permissions = (data?.items ?? []).filter((one) => !one.personOnly)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    make.mutate({ name: name.trim(), expiresAt: instant(clockMs() + days * DAY_MS), grants: grantsOf(drafts) })
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        label={texts.name}
        description={texts.nameHint}
        required
        maxLength={120}
        autoComplete="off"
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label={texts.lives}
        value={String(days)}
        allowDeselect={false}
        data={Object.entries(texts.days).map(([value, label]) => ({ value, label }))}
        onChange={(value) => setDays(Number(value ?? DEFAULT_DAYS))}
      />
      <div>
        <h3>{texts.roles}</h3>
        <p className="small second">{texts.rolesHint}</p>
        <GrantsEditor drafts={drafts} words={words} onChange={setDrafts} firstRole={FIRST_ROLE} />
      </div>
      {drafts.length > 0 && (
        <AccessChanges
          name={name.trim() || all.grants.thisKey}
          changes={accessChanges([], grantsOf(drafts), { ...words, permissions })}
          permissions={permissions}
          words={words}
        />
      )}
      <ProblemAlert error={make.error} />
      <div className={classes.formButtons}>
        <Button variant="subtle" onClick={onClose}>
          {all.cancel}
        </Button>
        <Button type="submit" variant="filled" disabled={drafts.length === 0} loading={make.isPending}>
          {texts.submit}
        </Button>
      </div>
    </form>
  )
}

function Secret({ secret, onDone }: { secret: string; onDone: () => void }) {
  return (
    <div className={classes.form}>
      <p className="second">{texts.secretNote}</p>
      <CopyField text={secret} copy={texts.copy} copied={texts.copied} first />
      <div className={classes.formButtons}>
        <Button variant="filled" onClick={onDone}>
          {texts.done}
        </Button>
      </div>
    </div>
  )
}
