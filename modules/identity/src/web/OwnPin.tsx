import { Button, Modal, PasswordInput } from '@mantine/core'
import { ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import classes from './station.module.css'
import { ownPinQuery, useSetPin } from './station-queries.ts'
import { texts } from './station-texts.ts'

/** The way to one's own PIN: a button, and what it opens. */
export function OwnPin({ large = false }: { large?: boolean }) {
  const { data } = useQuery(ownPinQuery)
  const [open, setOpen] = useState(false)
  if (!data) return null
  const text = data.isSet ? texts.pin.change : texts.pin.set
  return (
    <>
      {large ? (
        <button type="button" className={classes.big} onClick={() => setOpen(true)}>
          {text}
        </button>
      ) : (
        <Button onClick={() => setOpen(true)}>{text}</Button>
      )}
      {open && <PinDialog isSet={data.isSet} onClose={() => setOpen(false)} />}
    </>
  )
}

function PinDialog({ isSet, onClose }: { isSet: boolean; onClose: () => void }) {
  const setPin = useSetPin()
  const [current, setCurrent] = useState('')
  const [pin, setNext] = useState('')
  const digits = { inputMode: 'numeric', maxLength: 8, autoComplete: 'off', required: true, size: 'lg' } as const
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setPin.mutate({ pin, ...(isSet && { current }) }, { onSuccess: onClose })
  }
  return (
    <Modal opened title={texts.pin.title} closeButtonProps={{ 'aria-label': texts.pin.cancel }} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <p className="second">{texts.pin.note}</p>
        <ProblemAlert error={setPin.error} />
        {isSet && (
          <PasswordInput
            {...digits}
            label={texts.pin.now}
            data-autofocus
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
        )}
        <PasswordInput
          {...digits}
          label={texts.pin.next}
          {...(!isSet && { 'data-autofocus': true })}
          value={pin}
          onChange={(event) => setNext(event.currentTarget.value.replaceAll(/\D/g, ''))}
        />
        <div className={classes.buttons}>
          <Button size="lg" onClick={onClose}>
            {texts.pin.cancel}
          </Button>
          <Button size="lg" type="submit" variant="filled" disabled={pin.length < 4} loading={setPin.isPending}>
            {texts.pin.save}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
