import { Button, TextInput } from '@mantine/core'
import { Card, Dialog, LinesSkeleton, ProblemAlert, Row } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import type { PersonId } from '../contract.ts'
import type { Factors } from '../factor-contract.ts'
import { personQuery, useMay } from './queries.ts'
import classes from './sign-in.module.css'
import { factorsQuery, useResetFactors } from './sign-in-queries.ts'
import { signInTexts } from './sign-in-texts.ts'

const texts = signInTexts.personFactors

/** How a person signs in, and the way back for one who has lost a factor, for who administers people. */
export function PersonFactors({ personId }: { personId: PersonId }) {
  return useMay('identity:person:write') ? <FactorsCard personId={personId} /> : null
}

function FactorsCard({ personId }: { personId: PersonId }) {
  const { data: factors, error } = useQuery(factorsQuery(personId))
  const [resetting, setResetting] = useState(false)
  if (!factors) return <Card title={texts.title}>{error ? <ProblemAlert error={error} /> : <LinesSkeleton />}</Card>
  const hasSome = factors.totp || factors.passkeyCount > 0 || factors.recoveryCodesLeft > 0
  return (
    <Card title={texts.title} actions={hasSome && <Button onClick={() => setResetting(true)}>{texts.reset}</Button>}>
      <ul className={classes.lines}>
        {linesOf(factors).map((line) => (
          <li key={line} className="second">
            {line}
          </li>
        ))}
      </ul>
      {resetting && <ResetDialog personId={personId} onClose={() => setResetting(false)} />}
    </Card>
  )
}

function linesOf(factors: Factors): string[] {
  const lines = [
    factors.passkeyCount > 0 ? texts.passkeys(factors.passkeyCount) : undefined,
    factors.totp ? texts.totp : undefined,
    factors.password ? texts.password : undefined,
    factors.recoveryCodesLeft > 0 ? signInTexts.recovery.left(factors.recoveryCodesLeft) : undefined,
  ].filter((line) => line !== undefined)
  return lines.length > 0 ? lines : [texts.nothing]
}

function ResetDialog({ personId, onClose }: { personId: PersonId; onClose: () => void }) {
  const name = useQuery(personQuery(personId)).data?.name ?? ''
  const reset = useResetFactors(personId, name)
  const [reason, setReason] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    reset.mutate(reason.trim(), { onSuccess: onClose })
  }
  return (
    <Dialog title={texts.resetOf(name)} onClose={onClose}>
      <form className={classes.confirm} onSubmit={submit}>
        <p className="second">{texts.resetNote}</p>
        <TextInput
          label={texts.reason}
          required
          maxLength={500}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <ProblemAlert error={reset.error} />
        <Row>
          <Button type="submit" variant="filled" loading={reset.isPending}>
            {texts.reset}
          </Button>
          <Button variant="subtle" onClick={onClose}>
            {signInTexts.cancel}
          </Button>
        </Row>
      </form>
    </Dialog>
  )
}
