import { Button, TextInput } from '@mantine/core'
import { Card, ProblemAlert, Row } from '@millrace/ui'
import { Link, useNavigate } from '@tanstack/react-router'
import { type SubmitEvent, useState } from 'react'
import type { IdentityProvider, ProviderState } from '../identity-provider-contract.ts'
import { useMoveProvider, useRemoveProvider, useTryProvider } from './provider-queries.ts'
import { useMay } from './queries.ts'
import { lastTryText } from './SignInSettingsPage.tsx'
import classes from './single-sign-on.module.css'
import { singleSignOnTexts } from './single-sign-on-texts.ts'

const { use: texts, form } = singleSignOnTexts

/** Whether people sign in with a provider, and the way there: try it, offer it, require it. */
export function ProviderUse({ provider }: { provider: IdentityProvider }) {
  const may = useMay('identity:provider:write')
  const [next, setNext] = useState<ProviderState | 'gone' | undefined>(undefined)
  const { state, lastTry, domains } = provider
  const isTried = lastTry?.worked === true && lastTry.ofTheseSettings
  return (
    <Card title={texts.title} note={singleSignOnTexts.states[state]}>
      <div className={classes.use}>
        <p>{singleSignOnTexts.stateSentences[state]}</p>
        <p className="small second">
          {singleSignOnTexts.providers.lastTry}: {lastTryText(provider)}
          {lastTry && (
            <>
              {' '}
              <Link to={`/identity/sign-in-settings/${provider.id}/tries/${lastTry.id}`}>{texts.lastTry}</Link>
            </>
          )}
        </p>
        {may && (
          <>
            <TryButton providerId={provider.id} text={texts.try} />
            <p className="small second">{texts.trying}</p>
            <Row>
              {state !== 'offered' && (
                <Button onClick={() => setNext('offered')}>{state === 'off' ? texts.offer : texts.offerOnly}</Button>
              )}
              {state === 'offered' && (
                <Button disabled={!isTried || domains.length === 0} onClick={() => setNext('required')}>
                  {texts.require}
                </Button>
              )}
              {state !== 'off' && <Button onClick={() => setNext('off')}>{texts.off}</Button>}
              {state === 'off' && (
                <Button color="red" variant="subtle" onClick={() => setNext('gone')}>
                  {form.remove}
                </Button>
              )}
            </Row>
            {state === 'offered' && domains.length === 0 && <p className="small second">{texts.needsDomains}</p>}
            {state === 'offered' && domains.length > 0 && !isTried && <p className="small second">{texts.needsTry}</p>}
            {next === 'gone' && <Removal provider={provider} onEnd={() => setNext(undefined)} />}
            {next !== undefined && next !== 'gone' && (
              <Move key={next} provider={provider} to={next} onEnd={() => setNext(undefined)} />
            )}
          </>
        )}
      </div>
    </Card>
  )
}

/** Goes to the provider in this window and comes back to the page of the result. */
export function TryButton({ providerId, text }: { providerId: string; text: string }) {
  const attempt = useTryProvider(providerId)
  const navigate = useNavigate()
  const go = () =>
    attempt.mutate(undefined, {
      onSuccess: ({ tryId, continueAt }) => {
        if (continueAt === null) void navigate({ to: `/identity/sign-in-settings/${providerId}/tries/${tryId}` })
        else window.location.assign(continueAt)
      },
    })
  return (
    <>
      <ProblemAlert error={attempt.error} />
      <Row>
        <Button variant="filled" loading={attempt.isPending || attempt.isSuccess} onClick={go}>
          {text}
        </Button>
      </Row>
    </>
  )
}

function Move({ provider, to, onEnd }: { provider: IdentityProvider; to: ProviderState; onEnd: () => void }) {
  const [reason, setReason] = useState('')
  const move = useMoveProvider(provider)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    move.mutate({ state: to, reason }, { onSuccess: onEnd })
  }
  return (
    <form className={classes.why} onSubmit={submit}>
      <p>{texts.moving(to)}</p>
      <TextInput
        label={texts.reason}
        description={texts.reasonHint}
        required
        maxLength={500}
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <ProblemAlert error={move.error} />
      <Row>
        <Button type="submit" variant="filled" loading={move.isPending}>
          {texts.confirm[to]}
        </Button>
        <Button variant="subtle" onClick={onEnd}>
          {texts.cancel}
        </Button>
      </Row>
    </form>
  )
}

function Removal({ provider, onEnd }: { provider: IdentityProvider; onEnd: () => void }) {
  const remove = useRemoveProvider(provider)
  const navigate = useNavigate()
  // Not a callback of the mutation: the news may take this part off the page first, and its callbacks with it.
  const go = async () => {
    await remove.mutateAsync(undefined)
    await navigate({ to: '/identity/sign-in-settings', replace: true })
  }
  return (
    <div className={classes.why}>
      <p>{form.removing}</p>
      <ProblemAlert error={remove.error} />
      <Row>
        <Button
          color="red"
          variant="filled"
          loading={remove.isPending}
          onClick={() => void go().catch(() => undefined)}
        >
          {form.removeSure}
        </Button>
        <Button variant="subtle" onClick={onEnd}>
          {texts.cancel}
        </Button>
      </Row>
    </div>
  )
}
