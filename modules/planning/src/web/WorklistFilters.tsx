import { SegmentedControl, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { MessageState } from '../requirement-contract.ts'
import classes from './planning.module.css'
import { materialsQuery, type WorklistFilter } from './requirement-queries.ts'
import { requirementTexts as words } from './requirement-texts.ts'

interface WorklistFiltersProps {
  readonly filter: WorklistFilter
  readonly owners: readonly string[]
  readonly sites: readonly { readonly id: string; readonly name: string }[]
  readonly onChange: (change: Partial<Record<keyof WorklistFilter, string | undefined>>) => void
}

/** Narrows the worklist. */
export function WorklistFilters({ filter, owners, sites, onChange }: WorklistFiltersProps) {
  const materials = useQuery(materialsQuery)
  const field = (key: keyof WorklistFilter, label: string, all: string, data: { value: string; label: string }[]) => (
    <Select
      size="xs"
      aria-label={label}
      placeholder={all}
      clearable
      searchable={key === 'materialId'}
      value={filter[key] ?? null}
      data={data}
      onChange={(value) => onChange({ [key]: value ?? undefined })}
    />
  )
  return (
    <div className={classes.filters}>
      <SegmentedControl
        size="xs"
        aria-label={words.state}
        value={filter.state ?? 'open'}
        data={(Object.keys(words.states) as MessageState[]).map((value) => ({ value, label: words.states[value] }))}
        onChange={(value) => onChange({ state: value === 'open' ? undefined : value })}
      />
      {sites.length > 1 &&
        field(
          'siteId',
          words.site,
          words.allSites,
          sites.map(({ id, name }) => ({ value: id, label: name })),
        )}
      {field(
        'kind',
        words.kind,
        words.allKinds,
        Object.entries(words.kinds).map(([value, label]) => ({ value, label })),
      )}
      {field(
        'owner',
        words.owner,
        words.allOwners,
        owners.map((name) => ({ value: name, label: name })),
      )}
      {field(
        'materialId',
        words.material,
        words.allMaterials,
        (materials.data?.items ?? []).map(({ id, code, name }) => ({ value: id, label: `${code} ${name}` })),
      )}
    </div>
  )
}
