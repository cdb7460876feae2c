import { Button, Select, TextInput } from '@mantine/core'
import { Dialog, ProblemAlert } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { RoleDetail } from '../grant-contract.ts'
import classes from './administration.module.css'
import { useChangeRole, useNewRole, useRemoveRole } from './administration-queries.ts'
import { texts as all } from './administration-texts.ts'

const texts = all.roles
const NOTHING = ''

export type OpenRoleDialog =
  | { readonly what: 'new' }
  | { readonly what: 'copy' | 'rename' | 'remove'; readonly role: RoleDetail }

interface RoleDialogProps {
  readonly open: OpenRoleDialog
  readonly roles: readonly RoleDetail[]
  readonly onClose: () => void
}

/** Makes, copies, renames or removes a role. */
export function RoleDialog({ open, roles, onClose }: RoleDialogProps) {
  if (open.what === 'rename') return <RenameDialog role={open.role} onClose={onClose} />
  if (open.what === 'remove') return <RemoveDialog role={open.role} onClose={onClose} />
  return <NewRoleDialog from={open.what === 'copy' ? open.role : undefined} roles={roles} onClose={onClose} />
}

interface NewRoleDialogProps {
  readonly from: RoleDetail | undefined
  readonly roles: readonly RoleDetail[]
  readonly onClose: () => void
}

function NewRoleDialog({ from, roles, onClose }: NewRoleDialogProps) {
  const make = useNewRole()
  const [name, setName] = useState(from ? texts.copyOf(from.name) : '')
  const [fromId, setFromId] = useState(from?.id ?? NOTHING)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const permissions = roles.find((role) => role.id === fromId)?.permissions ?? []
    make.mutate({ name: name.trim(), permissions: [...permissions] }, { onSuccess: onClose })
  }
  return (
    <Dialog title={from ? texts.copyTitle(from.name) : texts.newTitle} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <NameField value={name} onChange={setName} />
        <Select
          label={texts.from}
          value={fromId}
          allowDeselect={false}
          data={[
            { value: NOTHING, label: texts.fromNothing },
            ...roles.map((role) => ({ value: role.id, label: role.name })),
          ]}
          onChange={(id) => setFromId(id ?? NOTHING)}
        />
        <ProblemAlert error={make.error} />
        <Buttons text={texts.create} busy={make.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}

function RenameDialog({ role, onClose }: { role: RoleDetail; onClose: () => void }) {
  const change = useChangeRole()
  const [name, setName] = useState(role.name)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    change.mutate({ id: role.id, name: name.trim(), permissions: [...role.permissions] }, { onSuccess: onClose })
  }
  return (
    <Dialog title={texts.renameTitle(role.name)} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <NameField value={name} onChange={setName} />
        <ProblemAlert error={change.error} />
        <Buttons text={texts.rename} busy={change.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}

function RemoveDialog({ role, onClose }: { role: RoleDetail; onClose: () => void }) {
  const remove = useRemoveRole(role.id)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    remove.mutate(undefined, { onSuccess: onClose })
  }
  return (
    <Dialog title={texts.removeTitle(role.name)} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <p className="second">{texts.removeNote}</p>
        <ProblemAlert error={remove.error} />
        <Buttons text={texts.removeTitle(role.name)} busy={remove.isPending} onClose={onClose} destructive />
      </form>
    </Dialog>
  )
}

function NameField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <TextInput
      label={texts.name}
      required
      maxLength={80}
      data-autofocus
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

interface ButtonsProps {
  readonly text: string
  readonly busy: boolean
  readonly onClose: () => void
  readonly destructive?: boolean
}

function Buttons({ text, busy, onClose, destructive = false }: ButtonsProps) {
  return (
    <div className={classes.formButtons}>
      <Button variant="subtle" onClick={onClose}>
        {all.cancel}
      </Button>
      <Button type="submit" variant="filled" loading={busy} {...(destructive && { color: 'red' })}>
        {text}
      </Button>
    </div>
  )
}
