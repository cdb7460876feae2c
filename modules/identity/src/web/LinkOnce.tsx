import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { Dialog, formatWhen, readerZone, useNowMs } from '@millrace/ui'
import { Link } from '@tanstack/react-router'
import type { PersonId } from '../contract.ts'
import type { MadeLink } from '../joining-contract.ts'
import classes from './administration.module.css'
import { CopyField } from './CopyField.tsx'
import { joiningTexts } from './joining-texts.ts'

const texts = joiningTexts.made

interface LinkOnceProps {
  readonly kind: 'invitation' | 'reset'
  readonly made: MadeLink
  readonly person: { readonly id: PersonId; readonly name: string; readonly email: string }
  /** Whether the person's page is somewhere else. */
  readonly away?: boolean
  readonly onClose: () => void
}

/** A link that was just made, to be passed on. It is shown this once. */
export function LinkOnce({ kind, made, person, away = false, onClose }: LinkOnceProps) {
  const nowMs = useNowMs()
  return (
    <Dialog title={texts[kind](person.name)} onClose={onClose}>
      <div className={classes.form}>
        <p className="second">{made.mailed ? texts.mailed(person.email) : texts.passOn}</p>
        <CopyField text={made.link} copy={texts.copy} copied={texts.copied} first />
        <p className="second small">{texts.until(formatWhen(epochMs(made.expiresAt), readerZone(), nowMs))}</p>
        {away && (
          <Link to="/identity/people/$personId" params={{ personId: person.id }}>
            {texts.open(person.name)}
          </Link>
        )}
        <div className={classes.formButtons}>
          <Button variant="filled" onClick={onClose}>
            {texts.done}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
