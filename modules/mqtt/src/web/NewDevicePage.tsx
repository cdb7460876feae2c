import { Button, Select, TextInput } from '@mantine/core'
import { DAY_MS, instant } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { placeText, useCompanyName, usePlaceTree } from '@millrace/plant/web'
import { Card, clockMs, Page, ProblemAlert, Row, Stacked, shellRoute } from '@millrace/ui'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { type SubmitEvent, useState } from 'react'
import { ConnectCard } from './ConnectCard.tsx'
import classes from './mqtt.module.css'
import { useNewDevice } from './queries.ts'
import { SecretCard } from './SecretCard.tsx'
import { texts } from './texts.ts'

export const newDeviceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/mqtt/devices/new',
  component: NewDevicePage,
})

const words = texts.form
const LIFE_MS = { year: 365 * DAY_MS, fiveYears: 5 * 365 * DAY_MS, never: undefined }
type Life = keyof typeof LIFE_MS
const LIVES = Object.keys(LIFE_MS) as Life[]

/** Adds a device, and shows its password once. */
function NewDevicePage() {
  const making = useNewDevice()
  const navigate = useNavigate()
  const company = useCompanyName()
  const made = making.data
  return (
    <Page
      name={words.title}
      title={made ? made.device.name : words.title}
      crumbs={[
        { text: company, to: '/overview' },
        { text: texts.settings, to: '/settings' },
      ]}
    >
      {made ? (
        <Stacked>
          <SecretCard secret={made.secret} onDone={() => void navigate({ to: `/mqtt/devices/${made.device.id}` })} />
          <ConnectCard device={made.device} secret={made.secret} />
        </Stacked>
      ) : (
        <Card>
          <DeviceForm making={making} />
        </Card>
      )}
    </Page>
  )
}

function DeviceForm({ making }: { making: ReturnType<typeof useNewDevice> }) {
  const [name, setName] = useState('')
  const [workUnitId, setWorkUnitId] = useState<EquipmentId | null>(null)
  const [life, setLife] = useState<Life>('fiveYears')
  const [tried, setTried] = useState(false)
  const tree = usePlaceTree()
  const machines = [...tree.byId.values()]
    .filter(({ level }) => level === 'work-unit')
    .map(({ id, name: machine }) => ({
      value: id,
      label: [machine, placeText(tree, id)].filter((text) => text !== '').join(', '),
    }))
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (name.trim() === '' || workUnitId === null) return
    const lifeMs = LIFE_MS[life]
    const expiresAt = lifeMs === undefined ? null : instant(clockMs() + lifeMs)
    making.mutate({ name: name.trim(), workUnitId, expiresAt })
  }
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <TextInput
        label={words.name}
        placeholder={words.nameHint}
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={tried && name.trim() === '' ? words.noName : undefined}
      />
      <Select
        label={words.machine}
        description={words.machineNote}
        searchable
        value={workUnitId}
        data={machines}
        nothingFoundMessage={words.noMachines}
        onChange={(value) => setWorkUnitId(value as EquipmentId | null)}
        error={tried && workUnitId === null ? words.noMachine : undefined}
      />
      <Select
        label={words.expires}
        value={life}
        allowDeselect={false}
        data={LIVES.map((value) => ({ value, label: words.lives[value] }))}
        onChange={(value) => setLife(value as Life)}
      />
      <ProblemAlert error={making.error} />
      <Row>
        <Button type="submit" variant="filled" loading={making.isPending}>
          {words.make}
        </Button>
        <Button component={Link} to="/settings" variant="subtle">
          {words.cancel}
        </Button>
      </Row>
    </form>
  )
}
