import { Button, TextInput } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { Card, formatWhen, ProblemAlert, Row, readerZone, Stacked, useNowMs } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { Webhook } from '../contract.ts'
import { EventChooser } from './EventChooser.tsx'
import classes from './exchange.module.css'
import { PlaceText } from './PlaceText.tsx'
import { useChangeWebhook, useEventTitles, useMayWrite, useMoveWebhook, useRotateSecret } from './queries.ts'
import { SecretCard } from './SecretCard.tsx'
import { texts } from './texts.ts'

type Part = 'events' | 'address'

/** What a webhook is told and where; changed in place. */
export function SettingsCard({ webhook }: { webhook: Webhook }) {
  const [changing, setChanging] = useState<Part>()
  const mayWrite = useMayWrite()
  const rotating = useRotateSecret(webhook.id)
  const close = () => setChanging(undefined)
  const words = texts.actions
  return (
    <Stacked>
      {rotating.data && (
        <SecretCard secret={rotating.data.secret} note={texts.secret.rotated} onDone={rotating.reset} />
      )}
      <Card title={texts.facts.title}>
        {changing === 'events' && <EventsForm webhook={webhook} onClose={close} />}
        {changing === 'address' && <AddressForm webhook={webhook} onClose={close} />}
        {changing === undefined && (
          <Stacked>
            <Facts webhook={webhook} />
            <ProblemAlert error={rotating.error} />
            {mayWrite && (
              <Row>
                <Button size="xs" onClick={() => setChanging('events')}>
                  {words.change}
                </Button>
                <Button size="xs" onClick={() => setChanging('address')}>
                  {words.move}
                </Button>
                <Button size="xs" loading={rotating.isPending} onClick={() => rotating.mutate(undefined)}>
                  {texts.secret.rotate}
                </Button>
              </Row>
            )}
          </Stacked>
        )}
      </Card>
    </Stacked>
  )
}

function Facts({ webhook }: { webhook: Webhook }) {
  const titles = useEventTitles()
  const nowMs = useNowMs()
  const when = (at: Webhook['createdAt']) => formatWhen(epochMs(at), readerZone(), nowMs)
  const { url, placeId, eventTypes, createdBy, createdAt, previousSecretUntil } = webhook
  const words = texts.facts
  return (
    <dl className={classes.facts}>
      <div>
        <dt>{words.address}</dt>
        <dd>{url}</dd>
      </div>
      <div>
        <dt>{words.place}</dt>
        <dd>
          <PlaceText placeId={placeId} />
        </dd>
      </div>
      <div>
        <dt>{words.events}</dt>
        {eventTypes.map((type) => (
          <dd key={type}>{titles.get(type) ?? type}</dd>
        ))}
      </div>
      <div>
        <dt>{words.secret}</dt>
        <dd>{previousSecretUntil === null ? texts.secret.note : texts.secret.previous(when(previousSecretUntil))}</dd>
      </div>
      <div>
        <dt>{words.made}</dt>
        <dd>{words.madeBy(createdBy, when(createdAt))}</dd>
      </div>
    </dl>
  )
}

function EventsForm({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const [name, setName] = useState(webhook.name)
  const [eventTypes, setEventTypes] = useState([...webhook.eventTypes])
  const changing = useChangeWebhook(webhook.id)
  const complete = name.trim() !== '' && eventTypes.length > 0
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (complete) changing.mutate({ name: name.trim(), eventTypes }, { onSuccess: onClose })
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        label={texts.form.name}
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={name.trim() === '' ? texts.form.noName : undefined}
        data-autofocus
      />
      <EventChooser
        value={eventTypes}
        onChange={setEventTypes}
        local={webhook.placeId !== null}
        error={eventTypes.length === 0 ? texts.form.noEvents : undefined}
      />
      <FormEnd error={changing.error} isPending={changing.isPending} onClose={onClose} />
    </form>
  )
}

function AddressForm({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const [url, setUrl] = useState(webhook.url)
  const moving = useMoveWebhook(webhook.id)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (url.trim() !== '') moving.mutate(url.trim(), { onSuccess: onClose })
  }
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <TextInput
        label={texts.form.url}
        description={texts.form.urlNote}
        type="url"
        maxLength={2000}
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        error={url.trim() === '' ? texts.form.noUrl : undefined}
        data-autofocus
      />
      <FormEnd error={moving.error} isPending={moving.isPending} onClose={onClose} />
    </form>
  )
}

interface FormEndProps {
  readonly error: unknown
  readonly isPending: boolean
  readonly onClose: () => void
}

function FormEnd({ error, isPending, onClose }: FormEndProps) {
  return (
    <>
      <ProblemAlert error={error} />
      <Row>
        <Button type="submit" variant="filled" loading={isPending}>
          {texts.form.save}
        </Button>
        <Button variant="subtle" onClick={onClose}>
          {texts.form.cancel}
        </Button>
      </Row>
    </>
  )
}
