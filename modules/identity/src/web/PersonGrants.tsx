import { Button, TextInput } from '@mantine/core'
import { Card, ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Person } from '../contract.ts'
import { AccessChanges } from './AccessChanges.tsx'
import { accessChanges, sameGrants } from './access-change.ts'
import classes from './administration.module.css'
import { permissionsQuery, useSetGrants } from './administration-queries.ts'
import { texts as all } from './administration-texts.ts'
import { GrantsEditor } from './GrantsEditor.tsx'
import { draftsOf, type GrantDraft, grantsOf } from './grant-draft.ts'
import { texts as provisioning } from './provisioning-texts.ts'
import { useMay } from './queries.ts'
import type { Words } from './words.ts'

const texts = all.grants

/** The roles of a person: read by who may see people, changed by who may give roles. */
export function PersonGrants({ person, words }: { person: Person; words: Words }) {
  const mayGive = useMay('identity:grant:write')
  return (
    <Card title={texts.title}>
      <FromGroups person={person} />
      {mayGive ? <Editor person={person} words={words} /> : <Reading person={person} words={words} />}
    </Card>
  )
}

/** How many of the roles are the groups' to give and to take. */
function FromGroups({ person: { grants } }: { person: Person }) {
  const fromGroups = grants.filter((grant) => grant.groupId !== undefined).length
  return fromGroups > 0 && <p className="second">{provisioning.person.groupRoles(fromGroups)}</p>
}

function Reading({ person: { grants }, words }: { person: Person; words: Words }) {
  if (grants.length === 0) return <p className="second">{texts.none}</p>
  return (
    <ul>
      {grants.map((grant) => (
        <li key={grant.id} className={classes.reading}>
          {words.grantText(grant)}
        </li>
      ))}
    </ul>
  )
}

function Editor({ person, words }: { person: Person; words: Words }) {
  const { data } = useQuery(permissionsQuery)
  const save = useSetGrants(person)
  const [drafts, setDrafts] = useState<readonly GrantDraft[]>(() => draftsOf(person.grants))
  const [reason, setReason] = useState('')
  const permissions = data?.items ?? []
  const wanted = useMemo(() => grantsOf(drafts), [drafts])
  const changed = !sameGrants(person.grants, wanted)
  const submit = () => {
    const said = reason.trim()
    save.mutate({ grants: wanted, ...(said !== '' && { reason: said }) })
  }
  const undo = () => {
    setDrafts(draftsOf(person.grants))
    save.reset()
  }
  return (
    <div className={classes.stack}>
      {drafts.length === 0 && <p className="second">{texts.none}</p>}
      <GrantsEditor drafts={drafts} words={words} onChange={setDrafts} />
      {changed && (
        <>
          <AccessChanges
            name={person.name}
            changes={accessChanges(person.grants, wanted, { ...words, permissions })}
            permissions={permissions}
            words={words}
          />
          <TextInput
            label={all.reason}
            description={all.reasonHint}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <ProblemAlert error={save.error} />
          <div className={classes.formButtons}>
            <Button variant="subtle" onClick={undo}>
              {texts.undo}
            </Button>
            <Button variant="filled" loading={save.isPending} onClick={submit}>
              {texts.save}
            </Button>
          </div>
        </>
      )}
    </div>
  )
}
