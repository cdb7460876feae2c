import { Button, Select, TextInput } from '@mantine/core'
import { DAY_MS, epochMs } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import type { EquipmentId } from '@millrace/plant/contract'
import { usePlaceTree } from '@millrace/plant/web'
import {
  Card,
  DataTable,
  Dialog,
  formatDate,
  formatWhen,
  LinesSkeleton,
  ProblemAlert,
  Row,
  readerZone,
  useNowMs,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, Suspense, useState } from 'react'
import type { Hold } from '../retention-contract.ts'
import { localMs, localText } from './local-time.ts'
import classes from './retention.module.css'
import { holdsQuery, useNewHold, useReleaseHold } from './retention-queries.ts'
import { retentionTexts as words } from './retention-texts.ts'

/** What is held whatever the rules say. */
export function HoldsCard() {
  const [isNew, setIsNew] = useState(false)
  const mayHold = useMay('telemetry:hold:write')
  return (
    <Card title={words.held} actions={mayHold && <Button onClick={() => setIsNew(true)}>{words.hold}</Button>}>
      <p className={`second ${classes.intro}`}>{words.heldIntro}</p>
      <Suspense fallback={<LinesSkeleton lines={2} height={30} />}>
        <HoldsTable mayRelease={mayHold} />
        {isNew && <HoldDialog onClose={() => setIsNew(false)} />}
      </Suspense>
    </Card>
  )
}

function HoldsTable({ mayRelease }: { mayRelease: boolean }) {
  const { data, error } = useQuery(holdsQuery)
  const tree = usePlaceTree()
  const nowMs = useNowMs()
  const [asked, setAsked] = useState<Hold>()
  const releasing = useReleaseHold()
  if (!data) return error ? <ProblemAlert error={error} /> : <LinesSkeleton lines={2} height={30} />
  const day = (atMs: number, hold: Hold) => formatDate(atMs, tree.byId.get(hold.siteId)?.site?.timeZone ?? readerZone())
  return (
    <>
      <ProblemAlert error={releasing.error} />
      <DataTable
        label={words.held}
        rows={data.items}
        rowKey={(hold) => hold.id}
        empty={words.heldEmpty}
        columns={[
          {
            header: words.machine,
            phone: 'title',
            cell: (hold) => (
              <span className={classes.what}>
                <b>{tree.byId.get(hold.workUnitId)?.name ?? words.goneMachine}</b>
                <span className="small muted">{hold.reason}</span>
              </span>
            ),
          },
          {
            header: words.period,
            phone: 'detail',
            cell: (hold) => `${day(hold.fromMs, hold)} – ${day(hold.toMs - 1, hold)}`,
          },
          {
            header: words.since,
            phone: 'hidden',
            cell: (hold) => (
              <span className={classes.what}>
                {formatWhen(epochMs(hold.createdAt), readerZone(), nowMs)}
                <span className="small muted">{words.by(hold.createdByName)}</span>
              </span>
            ),
          },
          {
            header: '',
            phone: 'value',
            width: '190px',
            cell: (hold) =>
              hold.releasedAt !== null ? (
                <span className="small muted">
                  {words.released(hold.releasedByName ?? '', formatWhen(epochMs(hold.releasedAt), readerZone(), nowMs))}
                </span>
              ) : (
                mayRelease && (
                  <Button size="xs" onClick={() => setAsked(hold)}>
                    {words.release}
                  </Button>
                )
              ),
          },
        ]}
      />
      {asked && (
        <Dialog title={words.releaseTitle} onClose={() => setAsked(undefined)}>
          <div className={classes.form}>
            <p>{words.releaseText}</p>
            <Row>
              <Button
                variant="filled"
                onClick={() => {
                  setAsked(undefined)
                  releasing.mutate(asked.id)
                }}
              >
                {words.release}
              </Button>
              <Button variant="subtle" onClick={() => setAsked(undefined)}>
                {words.cancel}
              </Button>
            </Row>
          </div>
        </Dialog>
      )}
    </>
  )
}

function HoldDialog({ onClose }: { onClose: () => void }) {
  const tree = usePlaceTree()
  const nowMs = useNowMs()
  const making = useNewHold()
  const machines = [...tree.byId.values()].filter(({ level }) => level === 'work-unit')
  const [workUnitId, setWorkUnitId] = useState<string | null>(null)
  const [from, setFrom] = useState(() => localText(nowMs - 7 * DAY_MS, readerZone()).slice(0, 10))
  const [to, setTo] = useState(() => localText(nowMs, readerZone()).slice(0, 10))
  const [reason, setReason] = useState('')
  const machine = machines.find(({ id }) => id === workUnitId)
  // Days of the machine's plant.
  const zone = (machine && tree.byId.get(machine.siteId)?.site?.timeZone) ?? readerZone()
  const [fromMs, toMs] = [localMs(`${from}T00:00`, zone), localMs(`${to}T00:00`, zone) + DAY_MS]
  const isReady = workUnitId !== null && fromMs < toMs && reason.trim().length >= 3
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!isReady) return
    making.mutate(
      { workUnitId: workUnitId as EquipmentId, fromMs, toMs, reason: reason.trim() },
      { onSuccess: onClose },
    )
  }
  return (
    <Dialog title={words.hold} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <Select
          label={words.machine}
          searchable
          data={machines.map(({ id, name }) => ({ value: id, label: name }))}
          value={workUnitId}
          onChange={setWorkUnitId}
        />
        <div className={classes.pair}>
          <TextInput
            type="date"
            label={words.from}
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput type="date" label={words.to} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
        </div>
        <TextInput
          label={words.reason}
          placeholder={words.reasonExample}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <ProblemAlert error={making.error} />
        <Row>
          <Button type="submit" variant="filled" disabled={!isReady} loading={making.isPending}>
            {words.hold}
          </Button>
          <Button variant="subtle" onClick={onClose}>
            {words.cancel}
          </Button>
        </Row>
      </form>
    </Dialog>
  )
}
