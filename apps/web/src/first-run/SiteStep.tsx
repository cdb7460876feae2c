import { Button, Select, TextInput } from '@mantine/core'
import { useNewSite } from '@millrace/plant/web'
import { Card, ProblemAlert, readerZone } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import { texts } from '../texts.ts'
import classes from './first-run.module.css'
import { type ShiftChoice, shiftPatterns } from './wizard.ts'

const words = texts.firstRun.site
const SHIFT_CHOICES: readonly ShiftChoice[] = ['one', 'two', 'three', 'none']
/** Rows of a long list that are drawn at once; typing finds the rest. */
const LIST_LIMIT = 60

/** A plant: where it is, its clock, its money and its shifts. */
export function SiteStep({ onDone }: { onDone: (siteId: string) => void }) {
  const newSite = useNewSite()
  const [values, setValues] = useState(() => ({
    name: '',
    country: readerCountry(),
    timeZone: readerZone(),
    currency: 'EUR',
    shifts: 'two' as ShiftChoice,
  }))
  const [tried, setTried] = useState(false)
  const set = (change: Partial<typeof values>) => setValues((before) => ({ ...before, ...change }))
  const nameError = values.name.trim() === '' ? texts.firstRun.company.needed : undefined
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (nameError) return
    const { timeZone, currency, country } = values
    newSite.mutate(
      { name: values.name.trim(), timeZone, currency, country, shifts: shiftPatterns(values.shifts, words.shiftNames) },
      { onSuccess: (site) => onDone(site.id) },
    )
  }
  return (
    <Card title={words.heading}>
      <form className={classes.form} onSubmit={submit} noValidate>
        <ProblemAlert error={newSite.error} />
        <TextInput
          label={words.name}
          placeholder={words.namePlaceholder}
          maxLength={120}
          value={values.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={tried && nameError}
          data-autofocus
        />
        <TextInput
          label={words.country}
          maxLength={80}
          autoComplete="country-name"
          value={values.country}
          onChange={(event) => set({ country: event.currentTarget.value })}
        />
        <Select
          label={words.zone}
          description={words.zoneHint}
          searchable
          limit={LIST_LIMIT}
          allowDeselect={false}
          data={Intl.supportedValuesOf('timeZone')}
          value={values.timeZone}
          onChange={(timeZone) => timeZone && set({ timeZone })}
        />
        <Select
          label={words.currency}
          searchable
          limit={LIST_LIMIT}
          allowDeselect={false}
          data={Intl.supportedValuesOf('currency')}
          value={values.currency}
          onChange={(currency) => currency && set({ currency })}
        />
        <Select
          label={words.shifts}
          allowDeselect={false}
          data={SHIFT_CHOICES.map((value) => ({ value, label: words.shiftPatterns[value] }))}
          value={values.shifts}
          onChange={(value) => set({ shifts: SHIFT_CHOICES.find((choice) => choice === value) ?? 'none' })}
        />
        <Button type="submit" variant="filled" loading={newSite.isPending}>
          {texts.firstRun.next}
        </Button>
      </form>
    </Card>
  )
}

/** The country of the reader's language setting, as a first guess. */
function readerCountry(): string {
  const { region } = new Intl.Locale(navigator.language)
  return region ? (new Intl.DisplayNames([navigator.language], { type: 'region' }).of(region) ?? '') : ''
}
