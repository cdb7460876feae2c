import { Button, Select, TextInput } from '@mantine/core'
import { placeText, useCompanyName, usePlaceTree } from '@millrace/plant/web'
import { Card, Page, ProblemAlert, Row, Stacked, shellRoute } from '@millrace/ui'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { type SubmitEvent, useState } from 'react'
import { EventChooser } from './EventChooser.tsx'
import classes from './exchange.module.css'
import { useNewWebhook } from './queries.ts'
import { SecretCard } from './SecretCard.tsx'
import { texts } from './texts.ts'
import { VerifyCard } from './VerifyCard.tsx'

export const newWebhookRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/exchange/webhooks/new',
  component: NewWebhookPage,
})

const words = texts.form

/** Makes a webhook, and shows its secret once. */
function NewWebhookPage() {
  const making = useNewWebhook()
  const navigate = useNavigate()
  const company = useCompanyName()
  const made = making.data
  return (
    <Page
      name={words.title}
      title={made ? made.webhook.name : words.title}
      crumbs={[
        { text: company, to: '/overview' },
        { text: texts.title, to: '/exchange/webhooks' },
      ]}
    >
      {made ? (
        <Stacked>
          <SecretCard
            secret={made.secret}
            note={texts.secret.once}
            onDone={() => void navigate({ to: `/exchange/webhooks/${made.webhook.id}` })}
          />
          <VerifyCard />
        </Stacked>
      ) : (
        <Card>
          <WebhookForm making={making} />
        </Card>
      )}
    </Page>
  )
}

function WebhookForm({ making }: { making: ReturnType<typeof useNewWebhook> }) {
  const [name, setName] = useState('')
  const [url, setUrl] = useState('')
  const [placeId, setPlaceId] = useState<string | null>(null)
  const [eventTypes, setEventTypes] = useState<string[]>([])
  const [tried, setTried] = useState(false)
  const tree = usePlaceTree()
  const places = [...tree.byId.values()].map(({ id, name: place }) => ({
    value: id,
    label: [place, placeText(tree, id)].filter((text) => text !== '').join(', '),
  }))
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (name.trim() === '' || url.trim() === '' || eventTypes.length === 0) return
    making.mutate({ name: name.trim(), url: url.trim(), eventTypes, placeId })
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
      <TextInput
        label={words.url}
        description={words.urlNote}
        placeholder={words.urlHint}
        type="url"
        maxLength={2000}
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        error={tried && url.trim() === '' ? words.noUrl : undefined}
      />
      <Select
        label={words.place}
        description={words.placeNote}
        searchable
        value={placeId ?? ''}
        data={[{ value: '', label: texts.company }, ...places]}
        allowDeselect={false}
        onChange={(value) => setPlaceId(value || null)}
      />
      <EventChooser
        value={eventTypes}
        onChange={setEventTypes}
        local={placeId !== null}
        error={tried && eventTypes.length === 0 ? words.noEvents : undefined}
      />
      <ProblemAlert error={making.error} />
      <Row>
        <Button type="submit" variant="filled" loading={making.isPending}>
          {words.make}
        </Button>
        <Button component={Link} to="/exchange/webhooks" variant="subtle">
          {words.cancel}
        </Button>
      </Row>
    </form>
  )
}
