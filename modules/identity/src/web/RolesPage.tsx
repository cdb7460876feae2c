import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { BlockSkeleton, Card, ProblemAlert, shellRoute } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { PermissionDetail, RoleDetail } from '../grant-contract.ts'
import { AdministrationPage } from './AdministrationPage.tsx'
import classes from './administration.module.css'
import { permissionsQuery, useChangeRole } from './administration-queries.ts'
import { texts as all } from './administration-texts.ts'
import { rolesQuery, useMay } from './queries.ts'
import { type OpenRoleDialog, RoleDialog } from './RoleDialog.tsx'
import { RoleMatrix } from './RoleMatrix.tsx'
import { RoleSheet } from './RoleSheet.tsx'
import { groupsOf, type RoleDrafts, roleChange, toggled } from './role-draft.ts'
import { texts as identityTexts } from './texts.ts'

const texts = all.roles
/** The height of the matrix before it is known. */
const MATRIX_PX = 520

export const rolesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/roles',
  validateSearch: ({ role }: Record<string, unknown>): { role?: string } =>
    typeof role === 'string' && role !== '' ? { role: role.slice(0, 60) } : {},
  component: RolesPage,
})

/** What each role contains: those of the program to read, the company's own to change. */
function RolesPage() {
  const roles = useQuery(rolesQuery)
  const permissions = useQuery(permissionsQuery)
  const mayWrite = useMay('identity:role:write')
  const isPhone = useMediaQuery('(max-width: 900px)', false, { getInitialValueInEffect: false })
  const [drafts, setDrafts] = useState<RoleDrafts>(new Map())
  const [dialog, setDialog] = useState<OpenRoleDialog | undefined>(undefined)
  const { role: chosen } = rolesRoute.useSearch()
  const navigate = useNavigate()
  const choose = (role: string) => void navigate({ to: '/identity/roles', search: { role }, replace: true })
  const items = roles.data?.items ?? []
  const own = items.filter((role) => !role.builtIn)
  const shared = {
    roles: [...own, ...items.filter((role) => role.builtIn)],
    groups: groupsOf(permissions.data?.items ?? []),
    drafts,
    mayWrite,
    onToggle: (role: RoleDetail, permission: string) => setDrafts(toggled(drafts, role, permission)),
    onOpen: setDialog,
  }
  const ready = roles.data && permissions.data
  return (
    <AdministrationPage
      name={identityTexts.tabs.roles}
      actions={
        mayWrite && (
          <Button variant="filled" onClick={() => setDialog({ what: 'new' })}>
            {texts.make}
          </Button>
        )
      }
    >
      <Card>
        <div className={classes.stack}>
          <p className="second">{texts.intro}</p>
          <ProblemAlert error={roles.error ?? permissions.error} />
          {!ready && !roles.error && <BlockSkeleton height={MATRIX_PX} />}
          {ready &&
            (isPhone ? <RoleSheet {...shared} chosen={chosen} onChoose={choose} /> : <RoleMatrix {...shared} />)}
        </div>
      </Card>
      {own
        .filter((role) => drafts.has(role.id))
        .map((role) => (
          <SaveBar
            key={role.id}
            role={role}
            draft={drafts.get(role.id) ?? new Set()}
            permissions={permissions.data?.items ?? []}
            onDone={() => setDrafts((before) => new Map([...before].filter(([id]) => id !== role.id)))}
          />
        ))}
      {dialog && <RoleDialog open={dialog} roles={items} onClose={() => setDialog(undefined)} />}
    </AdministrationPage>
  )
}

interface SaveBarProps {
  readonly role: RoleDetail
  readonly draft: ReadonlySet<string>
  readonly permissions: readonly PermissionDetail[]
  readonly onDone: () => void
}

/** What a changed role gains and loses, before it is saved. */
function SaveBar({ role, draft, permissions, onDone }: SaveBarProps) {
  const save = useChangeRole()
  const { gains, loses } = roleChange(role, draft, permissions)
  const words = (list: readonly PermissionDetail[]) => all.lists(list.map(({ title }) => `“${title}”`))
  return (
    <section className={classes.savebar} aria-label={texts.changed(role.name)}>
      <div className={classes.savebarWords}>
        <b>{texts.changed(role.name)}</b>
        <p className="second">
          {gains.length > 0 && `${texts.gains(words(gains))} `}
          {loses.length > 0 && `${texts.loses(words(loses))} `}
          {texts.holds(role.holders)}
        </p>
        <ProblemAlert error={save.error} />
      </div>
      <div className={classes.formButtons}>
        <Button variant="subtle" onClick={onDone}>
          {texts.discard}
        </Button>
        <Button
          variant="filled"
          loading={save.isPending}
          onClick={() => save.mutate({ id: role.id, name: role.name, permissions: [...draft] }, { onSuccess: onDone })}
        >
          {texts.save}
        </Button>
      </div>
    </section>
  )
}
