import { Button, TextInput } from '@mantine/core'
import { epochMs, type Instant } from '@millrace/base'
import {
  Card,
  DataTable,
  Dialog,
  formatWhen,
  LinesSkeleton,
  ProblemAlert,
  Row,
  readerZone,
  useNowMs,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import type { Passkey } from '../factor-contract.ts'
import { canPasskeys } from './passkey.ts'
import { RecoveryCodes } from './RecoveryCodes.tsx'
import classes from './sign-in.module.css'
import { passkeysQuery, useAddPasskey, useRemovePasskey, useRenamePasskey } from './sign-in-queries.ts'
import { signInTexts } from './sign-in-texts.ts'

const texts = signInTexts.passkeys

/** The person's own passkeys. */
export function PasskeysCard() {
  const { data, error } = useQuery(passkeysQuery)
  const nowMs = useNowMs()
  const [adding, setAdding] = useState(false)
  const [renaming, setRenaming] = useState<Passkey | undefined>(undefined)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const remove = useRemovePasskey()
  const when = (at: Instant | null) => (at === null ? texts.never : formatWhen(epochMs(at), readerZone(), nowMs))
  return (
    <Card title={texts.title} actions={canPasskeys() && <Button onClick={() => setAdding(true)}>{texts.add}</Button>}>
      <p className={`second ${classes.note}`}>{canPasskeys() ? texts.note : texts.needsName}</p>
      <ProblemAlert error={error ?? remove.error} />
      {!data && !error && <LinesSkeleton />}
      {data && data.items.length > 0 && (
        <DataTable
          label={texts.title}
          rows={data.items}
          rowKey={(passkey) => passkey.id}
          empty={null}
          columns={[
            { header: texts.name, cell: (passkey) => <b>{passkey.name}</b>, phone: 'title' },
            { header: texts.lastUsed, cell: (passkey) => when(passkey.lastUsedAt), phone: 'detail' },
            { header: texts.since, cell: (passkey) => when(passkey.createdAt), phone: 'hidden' },
            {
              header: '',
              phone: 'value',
              cell: (passkey) => (
                <div className={classes.rowActions}>
                  <Button size="compact-sm" variant="subtle" onClick={() => setRenaming(passkey)}>
                    {texts.rename}
                  </Button>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    aria-label={texts.removeNamed(passkey.name)}
                    loading={remove.isPending && remove.variables?.id === passkey.id}
                    onClick={() => remove.mutate(passkey)}
                  >
                    {texts.remove}
                  </Button>
                </div>
              ),
            },
          ]}
        />
      )}
      {adding && (
        <AddDialog
          onClose={() => setAdding(false)}
          onAdded={(made) => {
            setAdding(false)
            setCodes(made)
          }}
        />
      )}
      {renaming && <RenameDialog passkey={renaming} onClose={() => setRenaming(undefined)} />}
      {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(null)} />}
    </Card>
  )
}

interface AddDialogProps {
  readonly onClose: () => void
  readonly onAdded: (recoveryCodes: readonly string[] | null) => void
}

function AddDialog({ onClose, onAdded }: AddDialogProps) {
  const add = useAddPasskey()
  const [name, setName] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    add.mutate(name.trim(), { onSuccess: ({ recoveryCodes }) => onAdded(recoveryCodes) })
  }
  return (
    <Dialog title={texts.add} onClose={onClose}>
      <form className={classes.confirm} onSubmit={submit}>
        <p className="second">{texts.addNote}</p>
        <NameInput value={name} onChange={setName} />
        <ProblemAlert error={add.error} />
        <Row>
          <Button type="submit" variant="filled" loading={add.isPending}>
            {texts.make}
          </Button>
          <Button variant="subtle" onClick={onClose}>
            {signInTexts.cancel}
          </Button>
        </Row>
      </form>
    </Dialog>
  )
}

function RenameDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const rename = useRenamePasskey()
  const [name, setName] = useState(passkey.name)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    rename.mutate({ id: passkey.id, name: name.trim() }, { onSuccess: onClose })
  }
  return (
    <Dialog title={texts.rename} onClose={onClose}>
      <form className={classes.confirm} onSubmit={submit}>
        <NameInput value={name} onChange={setName} />
        <ProblemAlert error={rename.error} />
        <Row>
          <Button type="submit" variant="filled" loading={rename.isPending}>
            {signInTexts.save}
          </Button>
          <Button variant="subtle" onClick={onClose}>
            {signInTexts.cancel}
          </Button>
        </Row>
      </form>
    </Dialog>
  )
}

function NameInput({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  return (
    <TextInput
      label={texts.deviceName}
      placeholder={texts.deviceHint}
      required
      maxLength={80}
      data-autofocus
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
