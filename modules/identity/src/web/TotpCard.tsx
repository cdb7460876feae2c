import { Button, TextInput } from '@mantine/core'
import { Card, Dialog, LinesSkeleton, ProblemAlert, Row } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { generate } from 'lean-qr'
import { makeAsyncComponent } from 'lean-qr/extras/react'
import * as React from 'react'
import { type SubmitEvent, useState } from 'react'
import type { TotpOffer } from '../factor-contract.ts'
import { RecoveryCodes } from './RecoveryCodes.tsx'
import classes from './sign-in.module.css'
import { factorsQuery, useConfirmTotp, useMakeRecoveryCodes, useOfferTotp, useRemoveTotp } from './sign-in-queries.ts'
import { signInTexts } from './sign-in-texts.ts'

const texts = signInTexts.totp

const QrCode = makeAsyncComponent(React, generate)

/** The person's authenticator app, and the codes for when a factor is lost. */
export function TotpCard() {
  const { data: factors, error } = useQuery(factorsQuery())
  const offer = useOfferTotp()
  const remove = useRemoveTotp()
  const renew = useMakeRecoveryCodes()
  const [offered, setOffered] = useState<TotpOffer | undefined>(undefined)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  if (!factors) return <Card title={texts.title}>{error ? <ProblemAlert error={error} /> : <LinesSkeleton />}</Card>
  const hasFactor = factors.totp || factors.passkeyCount > 0
  return (
    <>
      <Card
        title={texts.title}
        actions={
          factors.totp ? (
            <Button loading={remove.isPending} onClick={() => remove.mutate()}>
              {texts.remove}
            </Button>
          ) : (
            <Button loading={offer.isPending} onClick={() => offer.mutate(undefined, { onSuccess: setOffered })}>
              {texts.setUp}
            </Button>
          )
        }
      >
        <ProblemAlert error={offer.error ?? remove.error} />
        <p className="second">{factors.totp ? texts.there : texts.none}</p>
      </Card>
      {hasFactor && (
        <Card
          title={signInTexts.recovery.title}
          actions={
            <Button
              loading={renew.isPending}
              onClick={() => renew.mutate(undefined, { onSuccess: ({ recoveryCodes }) => setCodes(recoveryCodes) })}
            >
              {signInTexts.recovery.make}
            </Button>
          }
        >
          <ProblemAlert error={renew.error} />
          <p className="second">{signInTexts.recovery.left(factors.recoveryCodesLeft)}</p>
        </Card>
      )}
      {offered && (
        <SetUpDialog
          offer={offered}
          onClose={() => setOffered(undefined)}
          onDone={(made) => {
            setOffered(undefined)
            setCodes(made)
          }}
        />
      )}
      {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(null)} />}
    </>
  )
}

interface SetUpDialogProps {
  readonly offer: TotpOffer
  readonly onClose: () => void
  readonly onDone: (recoveryCodes: readonly string[] | null) => void
}

/** The secret as a picture for the app's camera and as letters, and the first code back. */
function SetUpDialog({ offer, onClose, onDone }: SetUpDialogProps) {
  const confirm = useConfirmTotp()
  const [code, setCode] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    confirm.mutate(code.trim(), { onSuccess: ({ recoveryCodes }) => onDone(recoveryCodes) })
  }
  return (
    <Dialog title={texts.setUp} onClose={onClose}>
      <form className={classes.confirm} onSubmit={submit}>
        <p className="second">{texts.scan}</p>
        <div className={classes.qr} role="img" aria-label={texts.qr}>
          <QrCode content={offer.uri} className={classes.qrCode ?? ''} />
        </div>
        <p className="second">
          {texts.orType} <code className={classes.secret}>{offer.secret.match(/.{1,4}/g)?.join(' ')}</code>
        </p>
        <TextInput
          label={texts.firstCode}
          autoComplete="one-time-code"
          inputMode="numeric"
          pattern="[0-9]{6}"
          maxLength={6}
          required
          data-autofocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <ProblemAlert error={confirm.error} />
        <Row>
          <Button type="submit" variant="filled" loading={confirm.isPending}>
            {texts.finish}
          </Button>
          <Button variant="subtle" onClick={onClose}>
            {signInTexts.cancel}
          </Button>
        </Row>
      </form>
    </Dialog>
  )
}
