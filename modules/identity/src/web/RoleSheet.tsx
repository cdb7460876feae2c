import { Select } from '@mantine/core'
import { Row } from '@millrace/ui'
import classes from './administration.module.css'
import { texts as all } from './administration-texts.ts'
import { PermissionMarks, RoleCell, type RoleTableProps } from './RoleMatrix.tsx'
import { RoleMenu } from './RoleMenu.tsx'

const texts = all.roles

interface RoleSheetProps extends RoleTableProps {
  /** The id of the role that is shown; the first one when it is none. */
  readonly chosen: string | undefined
  readonly onChoose: (role: string) => void
}

/** One role at a time, where the matrix finds no room. */
export function RoleSheet({ chosen, onChoose, ...table }: RoleSheetProps) {
  const { roles, groups, drafts, mayWrite, onToggle, onOpen } = table
  const role = roles.find((one) => one.id === chosen) ?? roles[0]
  if (!role) return null
  const options = (builtIn: boolean) =>
    roles.filter((one) => one.builtIn === builtIn).map((one) => ({ value: one.id, label: one.name }))
  const contained = drafts.get(role.id) ?? new Set(role.permissions)
  return (
    <div className={classes.stack}>
      <Row>
        <Select
          style={{ flex: 1 }}
          aria-label={texts.choose}
          value={role.id}
          allowDeselect={false}
          data={[
            ...(options(false).length > 0 ? [{ group: texts.own, items: options(false) }] : []),
            { group: texts.builtIn, items: options(true) },
          ]}
          onChange={(id) => id !== null && onChoose(id)}
        />
        <RoleMenu role={role} mayWrite={mayWrite} onOpen={onOpen} />
      </Row>
      <p className="second">{role.holders === 0 ? texts.notHeld : texts.held(role.holders)}</p>
      {groups.map(({ module, permissions }) => (
        <section key={module}>
          <h3>{texts.modules[module] ?? module}</h3>
          <ul>
            {permissions.map((permission) => (
              <li key={permission.name} className={classes.roleItem}>
                <div>
                  {permission.title}
                  <PermissionMarks permission={permission} />
                </div>
                <RoleCell
                  role={role}
                  permission={permission}
                  contained={contained.has(permission.name)}
                  onToggle={!role.builtIn && mayWrite ? () => onToggle(role, permission.name) : undefined}
                />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
