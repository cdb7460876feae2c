import { Button, Modal, PasswordInput, TextInput } from '@mantine/core'
import { api, onStepUp, ProblemAlert, Row } from '@millrace/ui'
import { useMutation } from '@tanstack/react-query'
import { type SubmitEvent, useEffect, useState } from 'react'
import { Value } from 'typebox/value'
import { type Confirmation, type StepUpMethod, StepUpNeeded, StepUpProof } from '../step-up-contract.ts'
import { showPasskey } from './passkey.ts'
import classes from './sign-in.module.css'
import { signInTexts } from './sign-in-texts.ts'

const texts = signInTexts.stepUp

/** An act that waits for its person. */
interface Waiting {
  readonly needed: StepUpNeeded
  readonly about: string | undefined
  readonly answer: (proof: string | undefined) => void
}

/** Asks the person to confirm risky acts, one after the other. Stands once beside all pages. */
export function StepUpDialog() {
  const [waiting, setWaiting] = useState<readonly Waiting[]>([])
  useEffect(
    () =>
      onStepUp((problem, about) => {
        const needed = problem.data
        if (!Value.Check(StepUpNeeded, needed)) return Promise.reject(problem)
        return new Promise((answer) => setWaiting((before) => [...before, { needed, about, answer }]))
      }),
    [],
  )
  const [first] = waiting
  if (!first) return null
  const end = (proof: string | undefined) => {
    setWaiting((before) => before.filter((one) => one !== first))
    first.answer(proof)
  }
  return (
    <Modal opened onClose={() => end(undefined)} title={texts.title} closeButtonProps={{ 'aria-label': texts.cancel }}>
      <ConfirmForm key={first.needed.stepUpId} waiting={first} onEnd={end} />
    </Modal>
  )
}

function ConfirmForm({ waiting, onEnd }: { waiting: Waiting; onEnd: (proof: string | undefined) => void }) {
  const { needed, about } = waiting
  const method = needed.methods[0] ?? 'press'
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const confirm = useMutation({
    mutationFn: async () =>
      api.post(`/identity/step-ups/${needed.stepUpId}/confirm`, {
        body: await shownFor(method, needed, { password, code }),
        response: StepUpProof,
      }),
    onSuccess: ({ proof }) => onEnd(proof),
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    confirm.mutate()
  }
  return (
    <form className={classes.confirm} onSubmit={submit}>
      <div className={classes.act}>
        <b>{needed.summary}</b>
        {about !== undefined && <span>{about}</span>}
      </div>
      <p className="second">{wordsFor(method, needed.demo)}</p>
      {(method === 'password' || method === 'password-totp') && (
        <PasswordInput
          label={texts.passwordLabel}
          autoComplete="current-password"
          required
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      )}
      {method === 'password-totp' && (
        <TextInput
          label={texts.codeLabel}
          autoComplete="one-time-code"
          inputMode="numeric"
          pattern="[0-9]{6}"
          maxLength={6}
          required
          value={code}
          onChange={(event) => setCode(event.currentTarget.value.trim())}
        />
      )}
      {method === 'break-glass-code' && (
        <TextInput
          label={texts.breakGlassLabel}
          autoComplete="off"
          required
          data-autofocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
      )}
      <ProblemAlert error={confirm.error} />
      <Row>
        <Button
          type="submit"
          variant="filled"
          loading={confirm.isPending}
          data-autofocus={method === 'passkey' || method === 'press' ? true : undefined}
        >
          {method === 'passkey' ? texts.usePasskey : texts.confirm}
        </Button>
        <Button variant="subtle" onClick={() => onEnd(undefined)}>
          {texts.cancel}
        </Button>
      </Row>
    </form>
  )
}

function wordsFor(method: StepUpMethod, demo: boolean): string {
  if (method === 'passkey') return texts.passkey
  if (method === 'password-totp') return texts.both
  if (method === 'password') return texts.password
  if (method === 'break-glass-code') return texts.breakGlass
  return demo ? texts.demo : texts.justSignedIn
}

async function shownFor(
  method: StepUpMethod,
  needed: StepUpNeeded,
  { password, code }: { password: string; code: string },
): Promise<Confirmation> {
  if (method === 'passkey' && needed.passkey) return { passkey: await showPasskey(needed.passkey) }
  if (method === 'password-totp') return { password, code }
  if (method === 'password') return { password }
  if (method === 'break-glass-code') return { breakGlassCode: code }
  return { press: true }
}
