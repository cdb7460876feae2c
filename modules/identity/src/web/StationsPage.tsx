import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import { epochMs } from '@millrace/base'
import {
  Card,
  DataTable,
  Dialog,
  formatWhen,
  LinesSkeleton,
  Page,
  ProblemAlert,
  QuietChip,
  readerZone,
  shellRoute,
  useNowMs,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute } from '@tanstack/react-router'
import { type SubmitEvent, useState } from 'react'
import type { Station, StationWithCode } from '../station-contract.ts'
import { STATION_IDLE_MINUTES } from '../station-rules.ts'
import classes from './administration.module.css'
import { BadgesCard } from './BadgesCard.tsx'
import { useSession } from './queries.ts'
import { StationLink } from './StationLink.tsx'
import {
  stationsQuery,
  useChangeStation,
  useNewStation,
  useRenewStationCode,
  useRevokeStation,
} from './station-queries.ts'
import { texts as all } from './station-texts.ts'
import { useWords } from './words.ts'

const texts = all.stations

export const stationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/stations',
  component: StationsPage,
})

type Open =
  | { readonly what: 'new' }
  | { readonly what: 'link'; readonly made: StationWithCode }
  | { readonly what: 'change' | 'revoke'; readonly station: Station }

/** The shared terminals on the floor, and with what people sign in there. */
function StationsPage() {
  const company = useSession()?.enterprise.name ?? ''
  const { data, error, isPending } = useQuery(stationsQuery)
  const renew = useRenewStationCode()
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const onMade = (made: StationWithCode) => setOpen({ what: 'link', made })
  return (
    <Page
      name={texts.page}
      title={texts.title}
      crumbs={[{ text: company, to: '/overview' }]}
      actions={
        <Button variant="filled" onClick={() => setOpen({ what: 'new' })}>
          {texts.add}
        </Button>
      }
    >
      <Card title={texts.heading} note={texts.note}>
        <ProblemAlert error={error ?? renew.error} />
        {isPending && <LinesSkeleton />}
        {data && (
          <StationsTable
            stations={data.items}
            onLink={(station) => renew.mutate(station.id, { onSuccess: onMade })}
            onOpen={setOpen}
          />
        )}
      </Card>
      <BadgesCard />
      {open?.what === 'new' && <NewStationDialog onMade={onMade} onClose={close} />}
      {open?.what === 'link' && <StationLink made={open.made} onClose={close} />}
      {open?.what === 'change' && <ChangeStationDialog station={open.station} onClose={close} />}
      {open?.what === 'revoke' && <RevokeStationDialog station={open.station} onClose={close} />}
    </Page>
  )
}

interface StationsTableProps {
  readonly stations: readonly Station[]
  readonly onLink: (station: Station) => void
  readonly onOpen: (open: Open) => void
}

function StationsTable({ stations, onLink, onOpen }: StationsTableProps) {
  const nowMs = useNowMs()
  const living = (station: Station) => station.state !== 'revoked'
  // What works comes first.
  const rows = [...stations].sort((a, b) => Number(living(b)) - Number(living(a)) || a.name.localeCompare(b.name))
  return (
    <DataTable
      label={texts.heading}
      rows={rows}
      rowKey={(station) => station.id}
      empty={texts.empty}
      columns={[
        {
          header: texts.name,
          phone: 'title',
          cell: (station) => <b className={living(station) ? undefined : 'muted'}>{station.name}</b>,
        },
        { header: texts.place, phone: 'detail', cell: (station) => station.placeName ?? texts.placeGone },
        {
          header: texts.state,
          phone: 'value',
          cell: (station) => <QuietChip>{texts.states[station.state]}</QuietChip>,
        },
        {
          header: texts.seen,
          cell: ({ lastSeenAt }) =>
            lastSeenAt === null ? (
              <span className="muted">{texts.never}</span>
            ) : (
              formatWhen(epochMs(lastSeenAt), readerZone(), nowMs)
            ),
        },
        { header: texts.idle, cell: (station) => texts.minutes(station.idleMinutes) },
        {
          header: '',
          phone: 'detail',
          cell: (station) =>
            living(station) && (
              <span className={classes.rowActions}>
                <Button size="xs" aria-label={texts.linkFor(station.name)} onClick={() => onLink(station)}>
                  {texts.link}
                </Button>
                <Button
                  size="xs"
                  aria-label={texts.changeTitle(station.name)}
                  onClick={() => onOpen({ what: 'change', station })}
                >
                  {texts.change}
                </Button>
                <Button
                  size="xs"
                  aria-label={texts.revokeTitle(station.name)}
                  onClick={() => onOpen({ what: 'revoke', station })}
                >
                  {texts.revoke}
                </Button>
              </span>
            ),
        },
      ]}
    />
  )
}

function NewStationDialog({ onMade, onClose }: { onMade: (made: StationWithCode) => void; onClose: () => void }) {
  const make = useNewStation()
  const { places, placeText } = useWords()
  const [name, setName] = useState('')
  const [placeId, setPlaceId] = useState<string | null>(null)
  const [idleMinutes, setIdleMinutes] = useState(STATION_IDLE_MINUTES)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (placeId !== null) make.mutate({ name: name.trim(), placeId, idleMinutes }, { onSuccess: onMade })
  }
  return (
    <Dialog title={texts.add} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={texts.name}
          required
          maxLength={80}
          autoComplete="off"
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label={texts.place}
          description={texts.placeHint}
          required
          searchable
          data={places.inOrder.map((place) => ({ value: place.id, label: placeText(place.id) }))}
          value={placeId}
          onChange={setPlaceId}
        />
        <IdleField value={idleMinutes} onChange={setIdleMinutes} />
        <ProblemAlert error={make.error} />
        <DialogButtons submit={texts.add} busy={make.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}

function ChangeStationDialog({ station, onClose }: { station: Station; onClose: () => void }) {
  const change = useChangeStation()
  const [name, setName] = useState(station.name)
  const [idleMinutes, setIdleMinutes] = useState(station.idleMinutes)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    change.mutate({ id: station.id, name: name.trim(), idleMinutes }, { onSuccess: onClose })
  }
  return (
    <Dialog title={texts.changeTitle(station.name)} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={texts.name}
          required
          maxLength={80}
          autoComplete="off"
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <IdleField value={idleMinutes} onChange={setIdleMinutes} />
        <ProblemAlert error={change.error} />
        <DialogButtons submit={texts.save} busy={change.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}

function RevokeStationDialog({ station, onClose }: { station: Station; onClose: () => void }) {
  const revoke = useRevokeStation()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    revoke.mutate(station.id, { onSuccess: onClose })
  }
  return (
    <Dialog title={texts.revokeTitle(station.name)} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <p>{texts.revokeNote}</p>
        <ProblemAlert error={revoke.error} />
        <DialogButtons submit={texts.revoke} color="red" busy={revoke.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}

function IdleField({ value, onChange }: { value: number; onChange: (minutes: number) => void }) {
  return (
    <NumberInput
      label={texts.idleField}
      min={1}
      max={120}
      clampBehavior="strict"
      allowDecimal={false}
      value={value}
      onChange={(minutes) => onChange(Number(minutes) || STATION_IDLE_MINUTES)}
    />
  )
}

interface DialogButtonsProps {
  readonly submit: string
  readonly color?: string
  readonly busy: boolean
  readonly onClose: () => void
}

function DialogButtons({ submit, color, busy, onClose }: DialogButtonsProps) {
  return (
    <div className={classes.formButtons}>
      <Button variant="subtle" onClick={onClose}>
        {texts.cancel}
      </Button>
      <Button type="submit" variant="filled" loading={busy} {...(color !== undefined && { color })}>
        {submit}
      </Button>
    </div>
  )
}
