import { ActionIcon, Menu } from '@mantine/core'
import { MoreIcon } from '@millrace/ui'
import { useNavigate } from '@tanstack/react-router'
import type { RoleDetail } from '../grant-contract.ts'
import { texts as all } from './administration-texts.ts'
import type { OpenRoleDialog } from './RoleDialog.tsx'

const texts = all.roles

interface RoleMenuProps {
  readonly role: RoleDetail
  readonly mayWrite: boolean
  readonly onOpen: (dialog: OpenRoleDialog) => void
}

/** Who holds a role, and what can be made of it. */
export function RoleMenu({ role, mayWrite, onOpen }: RoleMenuProps) {
  const navigate = useNavigate()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size="sm" aria-label={texts.menu(role.name)}>
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void navigate({ to: '/identity/people', search: { role: role.id } })}>
          {texts.holders}
        </Menu.Item>
        {mayWrite && <Menu.Item onClick={() => onOpen({ what: 'copy', role })}>{texts.copy}</Menu.Item>}
        {mayWrite && !role.builtIn && (
          <>
            <Menu.Item onClick={() => onOpen({ what: 'rename', role })}>{texts.rename}</Menu.Item>
            <Menu.Item onClick={() => onOpen({ what: 'remove', role })}>{texts.remove}</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
