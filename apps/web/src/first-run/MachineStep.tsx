import { Button, Checkbox, TextInput } from '@mantine/core'
import type { ConnectionId, DiscoveredTag, EquipmentId } from '@millrace/plant/contract'
import { connectionsQuery, discoveredTagsQuery, useNewEquipment, usePlace } from '@millrace/plant/web'
import { useNewSignals } from '@millrace/telemetry/web'
import { Card, LinesSkeleton, ProblemAlert, Row } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import { texts } from '../texts.ts'
import classes from './first-run.module.css'
import { guessMeasurand, tagGroup, tagTitle, tagWords } from './guess-measurand.ts'
import { uniqueName } from './wizard.ts'

const words = texts.firstRun.machine
/** Rows drawn at once; the filter finds the rest. */
const SHOWN_LIMIT = 150
/** Groups offered as buttons; the filter finds the others. */
const GROUP_LIMIT = 24
/** Signals the server takes in one call. */
const SIGNAL_CALL_LIMIT = 500

interface MachineStepProps {
  readonly siteId: string
  readonly connectionId: string
  readonly onDone: () => void
}

/** A machine made of what the gateway has found at the connection. */
export function MachineStep({ siteId, connectionId, onDone }: MachineStepProps) {
  const { tree } = usePlace(siteId)
  const tags = useQuery(discoveredTagsQuery(connectionId as ConnectionId))
  const found = tags.data?.items ?? []
  const newEquipment = useNewEquipment()
  const newSignals = useNewSignals()
  const [area, setArea] = useState<string>(words.areaDefault)
  const [name, setName] = useState('')
  const [filter, setFilter] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [machineId, setMachineId] = useState<EquipmentId | undefined>(undefined)
  const [tried, setTried] = useState(false)
  const nameError = name.trim() === '' ? texts.firstRun.company.needed : undefined
  const areaError = area.trim() === '' ? texts.firstRun.company.needed : undefined
  const chosenError = chosen.size === 0 ? words.needed : undefined
  const shown = found.filter((tag) => tag.name.toLowerCase().includes(filter.toLowerCase()))

  const groups = tagGroups(found)
  /** A controller often speaks for several machines: one press takes everything of one of them. */
  const choose = (group: TagGroup) => {
    setFilter(group.path)
    setChosen(new Set(group.addresses))
    if (name.trim() === '' || groups.some((each) => each.name === name)) setName(group.name)
  }

  const place = async (): Promise<EquipmentId> => {
    const own = (tree.childrenOf.get(siteId) ?? []).find((item) => item.level === 'area' && item.name === area.trim())
    if (own) return own.id
    const made = await newEquipment.mutateAsync({
      parentId: siteId as EquipmentId,
      level: 'area',
      name: area.trim(),
    })
    return made.id
  }
  const finish = async () => {
    const parentId = await place()
    // A machine made by an earlier try is kept: only its signals were refused.
    const id = machineId ?? (await newEquipment.mutateAsync({ parentId, level: 'work-unit', name: name.trim() })).id
    setMachineId(id)
    await newSignals.mutateAsync(signalsOf(found, chosen, id))
    onDone()
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    // A refusal is kept by the mutation that was refused and shown from there.
    if (!nameError && !areaError && !chosenError) finish().catch(() => undefined)
  }
  return (
    <Card title={words.heading}>
      <form className={classes.form} onSubmit={submit} noValidate>
        <ProblemAlert error={newEquipment.error ?? newSignals.error ?? tags.error} />
        <TextInput
          label={words.area}
          maxLength={120}
          value={area}
          onChange={(event) => setArea(event.currentTarget.value)}
          error={tried && areaError}
        />
        <TextInput
          label={words.name}
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={tried && nameError}
          data-autofocus
        />
        <div className={classes.label}>{words.signals}</div>
        {groups.length > 1 && (
          <Row>
            {groups.map((group) => (
              <Button
                key={group.path}
                size="compact-sm"
                variant={group.path === filter ? 'light' : 'default'}
                onClick={() => choose(group)}
              >
                {words.group(group.name, group.addresses.length)}
              </Button>
            ))}
          </Row>
        )}
        {found.length === 0 ? (
          <Looking connectionId={connectionId} />
        ) : (
          <>
            <Row>
              <TextInput
                aria-label={words.filter}
                placeholder={words.filter}
                value={filter}
                onChange={(event) => setFilter(event.currentTarget.value)}
              />
              <Button
                size="compact-sm"
                onClick={() => setChosen(new Set([...chosen, ...shown.map((tag) => tag.address)]))}
              >
                {words.all}
              </Button>
              <Button size="compact-sm" variant="subtle" onClick={() => setChosen(new Set())}>
                {words.none}
              </Button>
              <span className="small muted">{words.chosen(chosen.size, found.length)}</span>
            </Row>
            <ul className={classes.tags}>
              {shown.slice(0, SHOWN_LIMIT).map((tag) => (
                <TagRow
                  key={tag.address}
                  tag={tag}
                  checked={chosen.has(tag.address)}
                  onChange={(checked) => setChosen(changed(chosen, tag.address, checked))}
                />
              ))}
            </ul>
            {tried && chosenError && <p className={classes.error}>{chosenError}</p>}
          </>
        )}
        <Row>
          <Button type="submit" variant="filled" loading={newEquipment.isPending || newSignals.isPending}>
            {words.done}
          </Button>
          <Button variant="subtle" onClick={onDone}>
            {words.later}
          </Button>
        </Row>
      </form>
    </Card>
  )
}

interface TagGroup {
  readonly path: string
  readonly name: string
  readonly addresses: readonly string[]
}

/** Tags by the path above them, the machines among them in all likelihood. */
function tagGroups(found: readonly DiscoveredTag[]): TagGroup[] {
  const byPath = new Map<string, string[]>()
  for (const tag of found) {
    const path = tagGroup(tag.name)
    if (path !== '') byPath.set(path, [...(byPath.get(path) ?? []), tag.address])
  }
  return [...byPath].map(([path, addresses]) => ({ path, name: tagWords(path), addresses })).slice(0, GROUP_LIMIT)
}

/** Waiting for the gateway, with what keeps it when it cannot reach the machine. */
function Looking({ connectionId }: { connectionId: string }) {
  const connections = useQuery({ ...connectionsQuery, refetchInterval: 2000 })
  const connection = connections.data?.items.find((each) => each.id === connectionId)
  if (connection?.state === 'failed') {
    return <p className={classes.error}>{words.failed(connection.detail ?? connection.endpoint)}</p>
  }
  return (
    <div role="status">
      <p className="second">{words.looking}</p>
      <LinesSkeleton lines={3} />
    </div>
  )
}

function TagRow({
  tag,
  checked,
  onChange,
}: {
  tag: DiscoveredTag
  checked: boolean
  onChange: (checked: boolean) => void
}) {
  return (
    <li>
      <Checkbox
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
        label={
          <>
            {tag.name} {tag.unit && <span className="muted">{tag.unit}</span>}{' '}
            <span className="small muted">
              {words.measures} {guessMeasurand(tag).replaceAll('-', ' ')}
            </span>
          </>
        }
      />
    </li>
  )
}

function changed(chosen: ReadonlySet<string>, address: string, checked: boolean): Set<string> {
  const next = new Set(chosen)
  if (checked) next.add(address)
  else next.delete(address)
  return next
}

function signalsOf(found: readonly DiscoveredTag[], chosen: ReadonlySet<string>, workUnitId: EquipmentId) {
  const taken = new Set<string>()
  return found
    .filter((tag) => chosen.has(tag.address))
    .slice(0, SIGNAL_CALL_LIMIT)
    .map((tag) => ({
      workUnitId,
      name: uniqueName(tag.name, taken),
      title: tagTitle(tag.name),
      measurand: guessMeasurand(tag),
      kind: tag.kind,
      ...(tag.unit !== undefined && { unit: tag.unit }),
      connectionId: tag.connectionId,
      address: tag.address,
    }))
}
