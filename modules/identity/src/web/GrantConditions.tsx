import { MultiSelect, Select, TextInput } from '@mantine/core'
import { CLASSIFICATIONS, type Classification } from '@millrace/base'
import { readerZone } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import type { Conditions } from '../grant-contract.ts'
import classes from './administration.module.css'
import { zonesQuery } from './administration-queries.ts'
import { texts } from './administration-texts.ts'
import { dayOf, endOfDay, type GrantDraft, saidOf } from './grant-draft.ts'
import type { Words } from './words.ts'

interface GrantConditionsProps {
  readonly grant: GrantDraft
  readonly words: Words
  readonly onChange: (conditions: Conditions) => void
}

/** When a role counts: during shifts, from network zones, until a day, up to a classification. */
export function GrantConditions({ grant, words, onChange }: GrantConditionsProps) {
  const { data: zones } = useQuery(zonesQuery)
  const { conditions: said } = texts
  const { expiresAt, shifts = [], zones: from = [], upTo } = grant.conditions ?? {}
  const place = grant.placeId === null ? undefined : words.places.byId.get(grant.placeId)
  const change = (part: { [K in keyof Conditions]: Conditions[K] | undefined }) =>
    onChange(saidOf({ ...grant.conditions, ...part } as Conditions))
  const zoneNames = [...new Set([...(zones?.items.map((zone) => zone.name) ?? []), ...from])]
  return (
    <div className={classes.conditions}>
      <MultiSelect
        size="xs"
        label={said.shifts}
        placeholder={shifts.length > 0 ? '' : place ? said.always : said.shiftsNowhere}
        data={[...new Set([...(place?.shifts ?? []), ...shifts])]}
        value={shifts}
        disabled={!place && shifts.length === 0}
        onChange={(chosen) => change({ shifts: chosen })}
      />
      <MultiSelect
        size="xs"
        label={said.zones}
        placeholder={from.length > 0 ? '' : zoneNames.length > 0 ? said.anywhere : said.noZones}
        data={zoneNames}
        value={from}
        disabled={zoneNames.length === 0}
        onChange={(chosen) => change({ zones: chosen })}
      />
      <TextInput
        size="xs"
        type="date"
        label={said.until}
        value={expiresAt === undefined ? '' : dayOf(expiresAt, readerZone())}
        onChange={(event) => change({ expiresAt: endOfDay(event.currentTarget.value, readerZone()) })}
      />
      <Select
        size="xs"
        label={said.upTo}
        data={CLASSIFICATIONS.map((label) => ({ value: label, label: texts.labels[label] }))}
        value={upTo ?? 'trade-secret'}
        allowDeselect={false}
        onChange={(label) =>
          change({ upTo: label === null || label === 'trade-secret' ? undefined : (label as Classification) })
        }
      />
    </div>
  )
}
