import { ProblemAlert } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import classes from './station.module.css'
import { texts } from './station-texts.ts'

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const
const LONGEST = 8
const SHORTEST = 4

interface PinPadProps {
  readonly name: string
  readonly error: unknown
  readonly busy: boolean
  readonly onPin: (pin: string) => void
  readonly onBack: () => void
}

/** Asks for a PIN, with big keys for gloves and with the keyboard's digits. */
export function PinPad({ name, error, busy, onPin, onBack }: PinPadProps) {
  const [pin, setPin] = useState('')
  const add = (digit: string) => setPin((typed) => (typed + digit).slice(0, LONGEST))
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (pin.length < SHORTEST || busy) return
    onPin(pin)
    setPin('')
  }
  return (
    <form className={classes.pad} onSubmit={submit}>
      <h2>{texts.pad.title(name)}</h2>
      <ProblemAlert error={error} />
      <input
        className={classes.padField}
        type="password"
        inputMode="numeric"
        autoComplete="off"
        aria-label={texts.pad.pin}
        // biome-ignore lint/a11y/noAutofocus: the person has just chosen the name this asks for
        autoFocus
        value={pin}
        onChange={(event) => setPin(event.currentTarget.value.replaceAll(/\D/g, '').slice(0, LONGEST))}
      />
      <fieldset className={classes.keys}>
        <legend className="visually-hidden">{texts.pad.digits}</legend>
        {DIGITS.map((digit) => (
          <button key={digit} type="button" className={classes.key} onClick={() => add(digit)}>
            {digit}
          </button>
        ))}
        <button type="button" className={classes.key} data-quiet onClick={() => setPin('')}>
          {texts.pad.clear}
        </button>
        <button type="button" className={classes.key} onClick={() => add('0')}>
          0
        </button>
        <button type="submit" className={classes.key} data-main disabled={pin.length < SHORTEST || busy}>
          {texts.pad.submit}
        </button>
      </fieldset>
      <button type="button" className={classes.big} onClick={onBack}>
        {texts.pad.back}
      </button>
    </form>
  )
}
