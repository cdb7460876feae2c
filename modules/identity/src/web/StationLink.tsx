import { Button, CopyButton } from '@mantine/core'
import { Dialog, ProblemAlert } from '@millrace/ui'
import { useNavigate } from '@tanstack/react-router'
import type { StationWithCode } from '../station-contract.ts'
import { QrCode } from './QrCode.tsx'
import classes from './station.module.css'
import { useEnrolStation } from './station-queries.ts'
import { texts as all } from './station-texts.ts'

const texts = all.stations

/** How a browser becomes the station: by opening a link, or at once when it is this one. */
export function StationLink({ made, onClose }: { made: StationWithCode; onClose: () => void }) {
  const enrol = useEnrolStation()
  const navigate = useNavigate()
  // Behind the #: it is in no server's log, and no page learns of it as the one somebody came from.
  const link = `${window.location.origin}/station#${made.code}`
  return (
    <Dialog title={texts.linkTitle(made.station.name)} onClose={onClose}>
      <div className={classes.form}>
        <p>{texts.linkNote}</p>
        <code className={classes.link}>{link}</code>
        <QrCode text={link} label={texts.scan} />
        <p className="second small">{texts.scan}</p>
        <ProblemAlert error={enrol.error} />
        <div className={classes.buttons}>
          <Button
            loading={enrol.isPending}
            onClick={() => enrol.mutate(made.code, { onSuccess: () => void navigate({ to: '/station' }) })}
          >
            {texts.here}
          </Button>
          <CopyButton value={link}>
            {({ copied, copy }) => (
              <Button variant="filled" onClick={copy}>
                {copied ? texts.copied : texts.copy}
              </Button>
            )}
          </CopyButton>
        </div>
      </div>
    </Dialog>
  )
}
