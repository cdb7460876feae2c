import { Button, SegmentedControl, TextInput } from '@mantine/core'
import type { EquipmentId, GatewayId } from '@millrace/plant/contract'
import { gatewaysQuery, useNewConnection, useNewGateway, usePlace } from '@millrace/plant/web'
import { Card, ProblemAlert, Row } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import { texts } from '../texts.ts'
import classes from './first-run.module.css'
import { isEndpoint } from './wizard.ts'

const words = texts.firstRun.connection
const PROTOCOLS = ['opc-ua', 'sparkplug'] as const

interface ConnectionStepProps {
  readonly siteId: string
  readonly onDone: (connectionId: string) => void
  readonly onLater: () => void
}

/** A gateway beside this server, and the first controller or broker it reads. */
export function ConnectionStep({ siteId, onDone, onLater }: ConnectionStepProps) {
  const { site } = usePlace(siteId)
  const gateways = useQuery(gatewaysQuery)
  const newGateway = useNewGateway()
  const newConnection = useNewConnection()
  const [values, setValues] = useState<{ name: string; protocol: (typeof PROTOCOLS)[number]; endpoint: string }>({
    name: '',
    protocol: 'opc-ua',
    endpoint: 'opc.tcp://',
  })
  const [tried, setTried] = useState(false)
  const set = (change: Partial<typeof values>) => setValues((before) => ({ ...before, ...change }))
  const nameError = values.name.trim() === '' ? texts.firstRun.company.needed : undefined
  const endpointError = isEndpoint(values.protocol, values.endpoint) ? undefined : words.endpointWrong[values.protocol]

  /** The gateway made by an earlier try is used again: a plant needs one beside the server, not one for each press. */
  const gatewayId = async (): Promise<GatewayId> => {
    const own = gateways.data?.items.find((gateway) => gateway.siteId === siteId && gateway.local)
    if (own) return own.id
    const made = await newGateway.mutateAsync({
      siteId: siteId as EquipmentId,
      name: words.gatewayName(site.name),
      local: true,
    })
    return made.gateway.id
  }
  const connect = async () => {
    const connection = await newConnection.mutateAsync({
      gatewayId: await gatewayId(),
      name: values.name.trim(),
      protocol: values.protocol,
      endpoint: values.endpoint.trim(),
    })
    onDone(connection.id)
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    // A refusal is kept by the mutation that was refused and shown from there.
    if (!nameError && !endpointError) connect().catch(() => undefined)
  }
  return (
    <Card title={words.heading}>
      <form className={classes.form} onSubmit={submit} noValidate>
        <p className="second">{words.note}</p>
        <ProblemAlert error={newGateway.error ?? newConnection.error ?? gateways.error} />
        <TextInput
          label={words.name}
          placeholder={words.namePlaceholder}
          maxLength={120}
          value={values.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={tried && nameError}
          data-autofocus
        />
        <div>
          <div className={classes.label}>{words.protocol}</div>
          <SegmentedControl
            aria-label={words.protocol}
            value={values.protocol}
            data={PROTOCOLS.map((value) => ({ value, label: words.protocols[value] }))}
            onChange={(value) =>
              set(
                value === 'sparkplug'
                  ? { protocol: 'sparkplug', endpoint: 'mqtt://' }
                  : { protocol: 'opc-ua', endpoint: 'opc.tcp://' },
              )
            }
          />
        </div>
        <TextInput
          label={words.endpoint}
          maxLength={300}
          spellCheck={false}
          value={values.endpoint}
          onChange={(event) => set({ endpoint: event.currentTarget.value })}
          error={tried && endpointError}
        />
        <Row>
          <Button type="submit" variant="filled" loading={newGateway.isPending || newConnection.isPending}>
            {texts.firstRun.next}
          </Button>
          <Button variant="subtle" onClick={onLater}>
            {words.later}
          </Button>
        </Row>
      </form>
    </Card>
  )
}
