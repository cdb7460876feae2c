import { Button } from '@mantine/core'
import { isProblem } from '@millrace/base'
import { api, ProblemAlert } from '@millrace/ui'
import { useMutation } from '@tanstack/react-query'
import { ControlSeat, controlElsewhere } from '../contract.ts'
import classes from './sign-in.module.css'
import { signInTexts } from './sign-in-texts.ts'

const texts = signInTexts.control

interface ControlElsewhereProps {
  /** Whatever was refused; anything but control in another plant is shown as it is. */
  readonly error: unknown
  /** The name of a plant, when it is known. */
  readonly placeName: (siteId: string) => string | undefined
  /** Tries again what was refused. */
  readonly again: () => void
}

/** Where somebody acts on a machine: says what was refused, and moves the control here when it is in another plant. */
export function ControlElsewhere({ error, placeName, again }: ControlElsewhereProps) {
  const { siteId, wantedSiteId } = isProblem(error, controlElsewhere) ? error.data : {}
  const move = useMutation({
    mutationFn: (to: string) =>
      api.put('/identity/control-seat', { body: { siteId: to }, response: ControlSeat, about: placeName(to) ?? '' }),
    onSuccess: again,
  })
  if (typeof siteId !== 'string' || typeof wantedSiteId !== 'string') return <ProblemAlert error={error} />
  const here = placeName(wantedSiteId) ?? texts.thisPlant
  return (
    <div className={classes.elsewhere} role="alert">
      <p>{texts.elsewhere(here, placeName(siteId) ?? texts.anotherPlant)}</p>
      <ProblemAlert error={move.error} />
      <Button loading={move.isPending} onClick={() => move.mutate(wantedSiteId)}>
        {texts.move(here)}
      </Button>
    </div>
  )
}
