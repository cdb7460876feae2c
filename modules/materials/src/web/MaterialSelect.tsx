import { Select, type SelectProps } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useDeferredValue, useState } from 'react'
import type { MaterialDefinition } from '../contract.ts'
import { definitionTexts as words } from './definition-texts.ts'
import { materialChoiceQuery } from './queries.ts'

interface MaterialSelectProps extends Pick<SelectProps, 'label' | 'aria-label' | 'placeholder' | 'size' | 'w' | 'ref'> {
  readonly onChoose: (material: MaterialDefinition) => void
}

/** Finds one of the company's materials by its code or name, and is empty again once one is chosen. */
export function MaterialSelect({ onChoose, ...field }: MaterialSelectProps) {
  const [search, setSearch] = useState('')
  const { data, isPending } = useQuery(materialChoiceQuery(useDeferredValue(search.trim())))
  const materials = data?.items ?? []
  const choose = (chosen: MaterialDefinition | undefined) => {
    setSearch('')
    if (chosen) onChoose(chosen)
  }

  // Who has typed words and presses Enter means one of the materials, not the form around. What the server found just now is
  // not marked in the list yet: then it is the first.
  function enter(event: KeyboardEvent<HTMLInputElement>) {
    if (event.key !== 'Enter' || search === '') return
    event.preventDefault()
    const list = document.getElementById(event.currentTarget.getAttribute('aria-controls') ?? '')
    const first = materials.find((one) => labelOf(one).toLowerCase().includes(search.trim().toLowerCase()))
    if (first && list && list.querySelector('[data-combobox-selected]') === null) choose(first)
  }

  return (
    <Select
      placeholder={words.findHint}
      {...field}
      searchable
      openOnFocus={false}
      selectFirstOptionOnChange
      value={null}
      searchValue={search}
      nothingFoundMessage={isPending ? words.looking : words.notFound}
      data={materials.map((one) => ({ value: one.id, label: labelOf(one) }))}
      onSearchChange={setSearch}
      onKeyDown={enter}
      onChange={(id) => choose(materials.find((one) => one.id === id))}
    />
  )
}

function labelOf({ code, name, unit }: MaterialDefinition): string {
  return words.option(code, name, unit)
}
