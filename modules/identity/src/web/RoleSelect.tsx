import { texts } from './administration-texts.ts'
import { SearchSelect } from './SearchSelect.tsx'
import type { Words } from './words.ts'

interface RoleSelectProps {
  readonly words: Words
  readonly value: string
  readonly onChange: (role: string) => void
  readonly label: string
  readonly size?: 'xs' | 'sm'
}

/** One of the roles of the program or of the company's own. */
export function RoleSelect({ words, value, onChange, label, size = 'sm' }: RoleSelectProps) {
  const options = (builtIn: boolean) =>
    words.roles.filter((role) => role.builtIn === builtIn).map((role) => ({ value: role.id, label: role.name }))
  const own = options(false)
  return (
    <SearchSelect
      aria-label={label}
      size={size}
      value={value}
      data={[
        ...(own.length > 0 ? [{ group: texts.grants.ownRoles, items: own }] : []),
        { group: texts.grants.builtIn, items: options(true) },
      ]}
      onChange={(role) => role !== null && onChange(role)}
    />
  )
}
