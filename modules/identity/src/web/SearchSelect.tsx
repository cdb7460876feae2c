import { Select, type SelectProps } from '@mantine/core'
import { texts } from './administration-texts.ts'

/**
 * One of many, found by typing a part of its name: what is there is overwritten, the first that fits is taken by Enter, and
 * Enter never sends the form around it.
 */
export function SearchSelect(props: SelectProps) {
  return (
    <Select
      searchable
      selectFirstOptionOnChange
      allowDeselect={false}
      maxDropdownHeight={320}
      nothingFoundMessage={texts.nothingFound}
      onFocus={(event) => event.currentTarget.select()}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.preventDefault()
      }}
      {...props}
    />
  )
}
