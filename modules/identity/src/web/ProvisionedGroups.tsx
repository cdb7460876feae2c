import { Button } from '@mantine/core'
import { DataTable, Dialog, LinesSkeleton, PriorityChip, ProblemAlert } from '@millrace/ui'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ProvisionedGroup } from '../scim-contract.ts'
import classes from './administration.module.css'
import { permissionsQuery } from './administration-queries.ts'
import { texts as all } from './administration-texts.ts'
import { GrantsEditor } from './GrantsEditor.tsx'
import { draftsOf, type GrantDraft, grantsOf } from './grant-draft.ts'
import { groupsQuery, useSetRoles } from './provisioning-queries.ts'
import { texts as provisioning } from './provisioning-texts.ts'
import { useMay } from './queries.ts'
import { useWords, type Words } from './words.ts'

const texts = provisioning.groups

/** The groups of the identity provider, and the roles their people get here. */
export function ProvisionedGroups() {
  const query = useInfiniteQuery(groupsQuery)
  const words = useWords()
  // Saying what a group may do is giving roles.
  const mayProvision = useMay('identity:provisioning:write')
  const mayGive = useMay('identity:grant:write')
  const mayChange = mayProvision && mayGive
  const [changing, setChanging] = useState<ProvisionedGroup | undefined>(undefined)
  const groups = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <section className={classes.stack}>
      <h3>{texts.title}</h3>
      <ProblemAlert error={query.error} />
      {query.isPending ? (
        <LinesSkeleton />
      ) : (
        <DataTable
          label={texts.title}
          rows={groups}
          rowKey={(group) => group.id}
          empty={texts.empty}
          columns={[
            { header: texts.name, phone: 'title', cell: (group) => <b>{group.displayName}</b> },
            { header: texts.members, phone: 'value', cell: (group) => texts.memberCount(group.memberCount) },
            { header: texts.roles, phone: 'detail', cell: (group) => <Roles group={group} words={words} /> },
            {
              header: '',
              phone: 'detail',
              cell: (group) =>
                mayChange && (
                  <span className={classes.rowActions}>
                    <Button
                      size="xs"
                      aria-label={`${texts.change} ${texts.changeTitle(group.displayName)}`}
                      onClick={() => setChanging(group)}
                    >
                      {texts.change}
                    </Button>
                  </span>
                ),
            },
          ]}
        />
      )}
      {query.hasNextPage && (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {all.more}
        </Button>
      )}
      {changing && <RolesDialog group={changing} words={words} onClose={() => setChanging(undefined)} />}
    </section>
  )
}

function Roles({ group: { roles, administers }, words }: { group: ProvisionedGroup; words: Words }) {
  if (roles.length === 0) return <span className="muted">{texts.none}</span>
  return (
    <span className={classes.person}>
      {roles.map((role) => (
        <span key={role.id}>{words.grantText(role)}</span>
      ))}
      {administers && <PriorityChip priority={3}>{texts.administersMark}</PriorityChip>}
    </span>
  )
}

interface RolesDialogProps {
  readonly group: ProvisionedGroup
  readonly words: Words
  readonly onClose: () => void
}

function RolesDialog({ group, words, onClose }: RolesDialogProps) {
  const save = useSetRoles(group)
  const { data } = useQuery(permissionsQuery)
  const [drafts, setDrafts] = useState<readonly GrantDraft[]>(() => draftsOf(group.roles))
  const administering = new Set(data?.items.filter((one) => one.kind === 'administer').map((one) => one.name))
  const administers = drafts.some((draft) =>
    words.roles.find((role) => role.id === draft.role)?.permissions.some((name) => administering.has(name)),
  )
  return (
    <Dialog title={texts.changeTitle(group.displayName)} onClose={onClose} wide>
      <div className={classes.form}>
        <p className="second">{texts.changeNote(texts.memberCount(group.memberCount))}</p>
        <GrantsEditor drafts={drafts} words={words} onChange={setDrafts} />
        {administers && (
          <p>
            <PriorityChip priority={3}>{texts.administersMark}</PriorityChip> {texts.administers}
          </p>
        )}
        <ProblemAlert error={save.error} />
        <div className={classes.formButtons}>
          <Button variant="subtle" onClick={onClose}>
            {all.cancel}
          </Button>
          <Button
            variant="filled"
            loading={save.isPending}
            onClick={() => save.mutate(grantsOf(drafts), { onSuccess: onClose })}
          >
            {texts.save}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
