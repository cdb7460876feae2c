import { Button, Textarea, TextInput } from '@mantine/core'
import { Card, DataTable, Dialog, LinesSkeleton, ProblemAlert, shellRoute } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link } from '@tanstack/react-router'
import { type SubmitEvent, useState } from 'react'
import type { NetworkZone } from '../contract.ts'
import { AdministrationPage } from './AdministrationPage.tsx'
import classes from './administration.module.css'
import { useChangeZone, useNewZone, useRemoveZone, zonesQuery } from './administration-queries.ts'
import { texts as all } from './administration-texts.ts'
import { EndDialog } from './EndDialog.tsx'
import { useMay } from './queries.ts'
import { texts as identityTexts } from './texts.ts'

const texts = all.zones

export const zonesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/zones',
  component: ZonesPage,
})

type Open = { readonly what: 'new' } | { readonly what: 'change' | 'remove'; readonly zone: NetworkZone }

/** Names for address ranges, from which roles may count. */
function ZonesPage() {
  const { data, error, isPending } = useQuery(zonesQuery)
  const mayWrite = useMay('identity:network-zone:write')
  const [open, setOpen] = useState<Open | undefined>(undefined)
  const close = () => setOpen(undefined)
  return (
    <AdministrationPage
      name={identityTexts.tabs.zones}
      aside={texts.intro}
      actions={
        mayWrite && (
          <Button variant="filled" onClick={() => setOpen({ what: 'new' })}>
            {texts.add}
          </Button>
        )
      }
    >
      <Card>
        <ProblemAlert error={error} />
        {isPending && <LinesSkeleton />}
        {data && (
          <DataTable
            label={identityTexts.tabs.zones}
            rows={data.items}
            rowKey={(zone) => zone.id}
            empty={texts.empty}
            columns={[
              { header: texts.name, cell: (zone) => <b>{zone.name}</b>, phone: 'title' },
              {
                header: texts.ranges,
                cell: (zone) => <span className={classes.ranges}>{zone.ranges.join(', ')}</span>,
                phone: 'detail',
              },
              { header: texts.used, cell: (zone) => <UsedBy zone={zone} />, phone: 'detail' },
              {
                header: '',
                phone: 'value',
                cell: (zone) =>
                  mayWrite && (
                    <span className={classes.rowActions}>
                      <Button
                        size="xs"
                        aria-label={texts.changeTitle(zone.name)}
                        onClick={() => setOpen({ what: 'change', zone })}
                      >
                        {texts.change}
                      </Button>
                      <Button
                        size="xs"
                        aria-label={texts.removeTitle(zone.name)}
                        onClick={() => setOpen({ what: 'remove', zone })}
                      >
                        {texts.remove}
                      </Button>
                    </span>
                  ),
              },
            ]}
          />
        )}
      </Card>
      {open?.what === 'new' && <NewZoneDialog onClose={close} />}
      {open?.what === 'change' && <ChangeZoneDialog zone={open.zone} onClose={close} />}
      {open?.what === 'remove' && <RemoveZoneDialog zone={open.zone} onClose={close} />}
    </AdministrationPage>
  )
}

function UsedBy({ zone: { name, people, keys } }: { zone: NetworkZone }) {
  if (people + keys === 0) return <span className="muted">{texts.unused}</span>
  return (
    <>
      {people > 0 && (
        <Link to="/identity/people" search={{ zone: name }}>
          {texts.people(people)}
        </Link>
      )}
      {people > 0 && keys > 0 && ', '}
      {keys > 0 && <Link to="/identity/api-keys">{texts.keys(keys)}</Link>}
    </>
  )
}

function NewZoneDialog({ onClose }: { onClose: () => void }) {
  const make = useNewZone()
  const [name, setName] = useState('')
  const [ranges, setRanges] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    make.mutate({ name: name.trim(), ranges: rangesOf(ranges) }, { onSuccess: onClose })
  }
  return (
    <Dialog title={texts.newTitle} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={texts.name}
          description={texts.nameHint}
          required
          maxLength={60}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <RangesField value={ranges} onChange={setRanges} />
        <ProblemAlert error={make.error} />
        <Buttons onClose={onClose} busy={make.isPending} />
      </form>
    </Dialog>
  )
}

function ChangeZoneDialog({ zone, onClose }: { zone: NetworkZone; onClose: () => void }) {
  const change = useChangeZone(zone)
  const [ranges, setRanges] = useState(zone.ranges.join('\n'))
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    change.mutate({ ranges: rangesOf(ranges) }, { onSuccess: onClose })
  }
  return (
    <Dialog title={texts.changeTitle(zone.name)} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <RangesField value={ranges} onChange={setRanges} />
        <ProblemAlert error={change.error} />
        <Buttons onClose={onClose} busy={change.isPending} />
      </form>
    </Dialog>
  )
}

function RemoveZoneDialog({ zone, onClose }: { zone: NetworkZone; onClose: () => void }) {
  const remove = useRemoveZone(zone.id)
  const inUse = zone.people + zone.keys > 0
  const note = inUse ? texts.removeNote(texts.people(zone.people), texts.keys(zone.keys)) : texts.removeFree
  return <EndDialog title={texts.removeTitle(zone.name)} note={note} end={remove} onClose={onClose} />
}

function RangesField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <Textarea
      label={texts.ranges}
      description={texts.rangesHint}
      required
      rows={4}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

function Buttons({ onClose, busy }: { onClose: () => void; busy: boolean }) {
  return (
    <div className={classes.formButtons}>
      <Button variant="subtle" onClick={onClose}>
        {all.cancel}
      </Button>
      <Button type="submit" variant="filled" loading={busy}>
        {texts.submit}
      </Button>
    </div>
  )
}

/** One range for each line or word. */
function rangesOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((range) => range !== '')
}
