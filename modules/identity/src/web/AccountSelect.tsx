import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { HolderRef, PersonId } from '../contract.ts'
import { accessQuery, apiKeysQuery } from './administration-queries.ts'
import { texts as all } from './administration-texts.ts'
import { peopleQuery, useMay } from './queries.ts'
import { SearchSelect } from './SearchSelect.tsx'

const texts = all.access
const TYPING_MS = 250
const PERSON = 'person:'
const KEY = 'key:'

interface AccountSelectProps {
  readonly holder: HolderRef | undefined
  readonly onChoose: (holder: HolderRef) => void
}

/** A person, found by the server by name, or an API key. */
export function AccountSelect({ holder, onChoose }: AccountSelectProps) {
  const [typed, setTyped] = useState<string | undefined>(undefined)
  const [text] = useDebouncedValue((typed ?? '').trim(), TYPING_MS)
  const people = useInfiniteQuery({
    ...peopleQuery(text === '' ? {} : { text: text.slice(0, 100) }),
    placeholderData: keepPreviousData,
  })
  const keys = useInfiniteQuery({ ...apiKeysQuery('working'), enabled: useMay('identity:api-key:read') })
  const { data: chosen } = useQuery({ ...accessQuery(holder ?? {}), enabled: holder !== undefined })
  const value = optionOf(holder)
  const found = people.data?.pages[0]?.items ?? []
  const items = found.map((person) => ({
    value: PERSON + person.id,
    label: person.title === '' ? person.name : `${person.name}, ${person.title}`,
  }))
  const keyItems = (keys.data?.pages[0]?.items ?? []).map((key) => ({ value: KEY + key.id, label: key.name }))
  const isListed = [...items, ...keyItems].some((item) => item.value === value)
  const label = [...items, ...keyItems].find((item) => item.value === value)?.label ?? chosen?.name ?? ''
  return (
    <SearchSelect
      label={texts.who}
      placeholder={texts.whoPlaceholder}
      value={value}
      nothingFoundMessage={texts.nobodyFound}
      searchValue={typed ?? label}
      onSearchChange={setTyped}
      onDropdownOpen={() => setTyped('')}
      onDropdownClose={() => setTyped(undefined)}
      data={[
        {
          group: texts.people,
          // The chosen one stays an option, whatever is typed.
          items: value?.startsWith(PERSON) && !isListed ? [{ value, label: chosen?.name ?? '' }, ...items] : items,
        },
        ...(keyItems.length > 0 ? [{ group: texts.keys, items: keyItems }] : []),
      ]}
      onChange={(option) => {
        setTyped(undefined)
        if (option?.startsWith(PERSON)) onChoose({ personId: option.slice(PERSON.length) as PersonId })
        if (option?.startsWith(KEY)) onChoose({ keyId: option.slice(KEY.length) })
      }}
    />
  )
}

function optionOf(holder: HolderRef | undefined): string | null {
  if (holder?.personId !== undefined) return PERSON + holder.personId
  return holder?.keyId === undefined ? null : KEY + holder.keyId
}
