import { Button, Portal } from '@mantine/core'
import { Dialog } from '@millrace/ui'
import type { IssuedBadge } from '../station-contract.ts'
import { QrCode } from './QrCode.tsx'
import classes from './station.module.css'
import { texts as all } from './station-texts.ts'

const texts = all.badges

/** A badge just issued, to be printed on a card of the usual size (ISO/IEC 7810 ID-1). Shown once. */
export function BadgeCard({ badge, onClose }: { badge: IssuedBadge; onClose: () => void }) {
  return (
    <Dialog title={texts.cardTitle(badge.name)} onClose={onClose}>
      <div className={classes.form}>
        <p>{texts.cardNote}</p>
        <Face badge={badge} />
        <div>
          <div className="small second">{texts.code}</div>
          <code className={classes.link}>{badge.badge}</code>
        </div>
        <div className={classes.buttons}>
          <Button onClick={onClose}>{texts.done}</Button>
          <Button variant="filled" onClick={() => window.print()}>
            {texts.print}
          </Button>
        </div>
      </div>
      {/* On paper there is the card and nothing else: beside the page, so that the page can be left out whole. */}
      <Portal reuseTargetNode={false}>
        <div className={classes.printed} aria-hidden="true">
          <Face badge={badge} />
        </div>
      </Portal>
    </Dialog>
  )
}

function Face({ badge: { name, title, enterpriseName, badge } }: { badge: IssuedBadge }) {
  return (
    <div className={classes.card}>
      <div>
        <div className="small">{enterpriseName}</div>
        <div className={classes.cardName}>{name}</div>
        <div className="small">{title}</div>
      </div>
      <QrCode text={badge} label={texts.cardTitle(name)} />
    </div>
  )
}
