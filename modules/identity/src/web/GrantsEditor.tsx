import { ActionIcon, Button } from '@mantine/core'
import { idempotencyKey } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import classes from './administration.module.css'
import { permissionsQuery } from './administration-queries.ts'
import { texts } from './administration-texts.ts'
import { GrantConditions } from './GrantConditions.tsx'
import type { GrantDraft } from './grant-draft.ts'
import { PlaceSelect } from './PlaceSelect.tsx'
import { RoleSelect } from './RoleSelect.tsx'
import { conditionTexts, type Words } from './words.ts'

interface GrantsEditorProps {
  readonly drafts: readonly GrantDraft[]
  readonly words: Words
  readonly onChange: (drafts: readonly GrantDraft[]) => void
  /** What an added role is at first. */
  readonly firstRole?: string
}

/** The roles of a person or a key, each with its place and its conditions. */
export function GrantsEditor({ drafts, words, onChange, firstRole = 'operator' }: GrantsEditorProps) {
  const change = (key: string, part: Partial<GrantDraft>) =>
    onChange(drafts.map((draft) => (draft.key === key ? { ...draft, ...part } : draft)))
  const add = () => {
    const [first] = words.places.inOrder
    onChange([...drafts, { key: idempotencyKey(), role: firstRole, placeId: first?.id ?? null, conditions: {} }])
  }
  return (
    <div className={classes.grants}>
      {drafts.map((draft) => (
        <GrantRow
          key={draft.key}
          draft={draft}
          words={words}
          onChange={(part) => change(draft.key, part)}
          onRemove={() => onChange(drafts.filter((one) => one.key !== draft.key))}
        />
      ))}
      <div className={classes.more}>
        <Button size="xs" onClick={add}>
          {texts.grants.add}
        </Button>
      </div>
    </div>
  )
}

interface GrantRowProps {
  readonly draft: GrantDraft
  readonly words: Words
  readonly onChange: (part: Partial<GrantDraft>) => void
  readonly onRemove: () => void
}

function GrantRow({ draft, words, onChange, onRemove }: GrantRowProps) {
  const [open, setOpen] = useState<'conditions' | 'contents' | undefined>(undefined)
  const id = useId()
  const { grants, conditions } = texts
  const contents = words.roles.find((role) => role.id === draft.role)?.permissions ?? []
  const when = conditionTexts(draft.conditions)
  const toggle = (what: 'conditions' | 'contents') => setOpen(open === what ? undefined : what)
  const moveTo = (placeId: string | null) => {
    // Shifts of another plant would never run here.
    const shifts = placeId === null ? [] : (words.places.byId.get(placeId)?.shifts ?? [])
    const kept = draft.conditions?.shifts?.filter((shift) => shifts.includes(shift))
    onChange({ placeId, conditions: { ...draft.conditions, ...(kept && { shifts: kept }) } })
  }
  return (
    <div className={classes.grant}>
      <RoleSelect
        words={words}
        label={grants.role}
        value={draft.role}
        size="xs"
        onChange={(role) => onChange({ role })}
      />
      <PlaceSelect words={words} label={grants.place} labelHidden value={draft.placeId} size="xs" onChange={moveTo} />
      <Button
        size="xs"
        variant={open === 'conditions' ? 'light' : 'default'}
        aria-expanded={open === 'conditions'}
        onClick={() => toggle('conditions')}
      >
        {conditions.open}
      </Button>
      <ActionIcon aria-label={grants.remove(words.roleText(draft.role))} onClick={onRemove}>
        <Cross />
      </ActionIcon>
      <div className={`small second ${classes.grantDetail}`}>
        <button
          type="button"
          className={classes.linkButton}
          aria-expanded={open === 'contents'}
          aria-controls={id}
          onClick={() => toggle('contents')}
        >
          {grants.contains(contents.length)}
        </button>
        <span>{when.length > 0 ? when.join(', ') : conditions.always}</span>
      </div>
      {open === 'contents' && <Contents id={id} permissions={contents} />}
      {open === 'conditions' && (
        <GrantConditions grant={draft} words={words} onChange={(all) => onChange({ conditions: all })} />
      )}
    </div>
  )
}

/** What a role contains, in words. */
function Contents({ id, permissions }: { id: string; permissions: readonly string[] }) {
  const { data } = useQuery(permissionsQuery)
  const titles = (data?.items ?? []).filter((one) => permissions.includes(one.name))
  return (
    <ul id={id} className={`small second ${classes.contained}`}>
      {titles.map((one) => (
        <li key={one.name}>{one.title}</li>
      ))}
    </ul>
  )
}

function Cross() {
  return (
    <svg aria-hidden="true" width="14" height="14" viewBox="0 0 14 14" stroke="currentColor" strokeWidth="1.7">
      <path d="M2.5 2.5l9 9M11.5 2.5l-9 9" />
    </svg>
  )
}
