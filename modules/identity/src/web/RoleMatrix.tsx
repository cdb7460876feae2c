import { Checkbox } from '@mantine/core'
import { Fragment } from 'react'
import type { PermissionDetail, RoleDetail } from '../grant-contract.ts'
import classes from './administration.module.css'
import { texts as all } from './administration-texts.ts'
import type { OpenRoleDialog } from './RoleDialog.tsx'
import { RoleMenu } from './RoleMenu.tsx'
import type { PermissionGroup, RoleDrafts } from './role-draft.ts'

const texts = all.roles

export interface RoleTableProps {
  /** The company's own first. */
  readonly roles: readonly RoleDetail[]
  readonly groups: readonly PermissionGroup[]
  readonly drafts: RoleDrafts
  readonly mayWrite: boolean
  readonly onToggle: (role: RoleDetail, permission: string) => void
  readonly onOpen: (dialog: OpenRoleDialog) => void
}

/** Permissions down, roles across. */
export function RoleMatrix({ roles, groups, drafts, mayWrite, onToggle, onOpen }: RoleTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by who has no mouse
    <section className={classes.matrixFrame} tabIndex={0} aria-label={texts.permission}>
      <table className={classes.matrix}>
        <thead>
          <tr>
            <th className={`${classes.headCell} ${classes.corner}`} scope="col">
              {texts.permission}
            </th>
            {roles.map((role) => (
              <th key={role.id} scope="col" className={columnClass(classes.headCell, role)}>
                <div className={classes.roleHead}>
                  <span className={classes.roleName}>{role.name}</span>
                  <span className={classes.holders} title={texts.held(role.holders)}>
                    {role.holders}
                  </span>
                  <RoleMenu role={role} mayWrite={mayWrite} onOpen={onOpen} />
                </div>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ module, permissions }) => (
            <Fragment key={module}>
              <tr>
                <th className={classes.moduleHead} scope="rowgroup">
                  {texts.modules[module] ?? module}
                </th>
                <td className={classes.moduleRest} colSpan={roles.length} />
              </tr>
              {permissions.map((permission) => (
                <tr key={permission.name} className={classes.row}>
                  <th className={classes.rowHead} scope="row">
                    <span className={classes.permission}>
                      {permission.title}
                      <PermissionMarks permission={permission} />
                    </span>
                  </th>
                  {roles.map((role) => (
                    <td key={role.id} className={columnClass(classes.cell, role)}>
                      <RoleCell
                        role={role}
                        permission={permission}
                        contained={(drafts.get(role.id) ?? new Set(role.permissions)).has(permission.name)}
                        onToggle={!role.builtIn && mayWrite ? () => onToggle(role, permission.name) : undefined}
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function columnClass(name: string | undefined, role: RoleDetail): string {
  return role.builtIn ? `${name}` : `${name} ${classes.ownColumn}`
}

interface RoleCellProps {
  readonly role: RoleDetail
  readonly permission: PermissionDetail
  readonly contained: boolean
  /** Left out where the role is only to be read. */
  readonly onToggle: (() => void) | undefined
}

/** Whether a role contains a permission: a box of an own role, a mark of a built-in one. */
export function RoleCell({ role, permission, contained, onToggle }: RoleCellProps) {
  if (onToggle) {
    return (
      <span className={classes.check}>
        <Checkbox
          size="xs"
          aria-label={texts.contains(role.name, permission.title)}
          checked={contained}
          onChange={onToggle}
        />
      </span>
    )
  }
  return contained ? (
    <>
      <i className={classes.dot} aria-hidden="true" />
      <span className="visually-hidden">{texts.yes}</span>
    </>
  ) : null
}

/** What kind of act it is, and what sets it apart. */
export function PermissionMarks({
  permission: { kind, label, station, personOnly },
}: {
  permission: PermissionDetail
}) {
  return (
    <span className={classes.marks}>
      <span className={classes.kind} data-kind={kind}>
        {all.kindMarks[kind]}
      </span>
      {label !== 'internal' && <span>{all.labels[label]}</span>}
      {station && <span>{texts.station}</span>}
      {personOnly && <span>{texts.personOnly}</span>}
    </span>
  )
}
