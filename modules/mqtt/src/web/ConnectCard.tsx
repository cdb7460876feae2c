import { Card, LinesSkeleton, ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { type Device, TOPIC_ROOT } from '../contract.ts'
import { CopyCode } from './CopyCode.tsx'
import { doorAddress, exampleCommand } from './command.ts'
import classes from './mqtt.module.css'
import { doorQuery } from './queries.ts'
import { texts } from './texts.ts'

const words = texts.connect

interface ConnectCardProps {
  readonly device: Device
  /** While it is shown; in its place stands a word. */
  readonly secret?: string
  /** Of one of its signals. */
  readonly address?: string
}

/** What somebody needs who sets the device up. */
export function ConnectCard({ device, secret = words.password, address = 'temperature' }: ConnectCardProps) {
  const door = useQuery(doorQuery)
  const page = window.location.hostname
  const root = `${TOPIC_ROOT}/${device.id}`
  return (
    <Card title={words.title}>
      <ProblemAlert error={door.error} />
      {door.isPending && <LinesSkeleton lines={5} />}
      {door.data?.state === 'closed' && <p className="second">{texts.door.closed}</p>}
      {door.data?.state === 'open' && (
        <div className={classes.stack}>
          <dl className={classes.facts}>
            <Fact name={words.address}>{Object.values(doorAddress(door.data, page)).join(':')}</Fact>
            <Fact name={words.protocol}>{door.data.tls ? words.versionTls : words.version}</Fact>
            <Fact name={words.user}>{device.id}</Fact>
            <Fact name={words.topic}>{words.topicValue(root)}</Fact>
            <Fact name={words.topicMany}>{root}</Fact>
          </dl>
          <p className="second">{words.note}</p>
          <h3 className="small">{words.tryIt}</h3>
          <CopyCode
            text={exampleCommand(door.data, { page, deviceId: device.id, password: secret, address })}
            label={texts.secret.copyCommand}
          />
          {door.data.loopback && <p className="small second">{texts.door.loopback}</p>}
          {!door.data.loopback && !door.data.tls && <p className="small second">{texts.door.plain}</p>}
        </div>
      )}
    </Card>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={classes.address}>{children}</dd>
    </div>
  )
}
