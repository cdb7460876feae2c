import { PriorityChip, QuietChip, readerZone, useNowMs } from '@millrace/ui'
import type { Webhook } from '../contract.ts'
import classes from './exchange.module.css'
import { healthOf } from './state.ts'

/** How a webhook does, in words; with a sign when somebody should look. */
export function HealthText({ webhook }: { webhook: Webhook }) {
  const { text, more, priority } = healthOf(webhook, useNowMs(), readerZone())
  return (
    <span className={classes.health}>
      {priority ? (
        <PriorityChip priority={priority}>{text}</PriorityChip>
      ) : webhook.state === 'paused' ? (
        <QuietChip>{text}</QuietChip>
      ) : (
        <span>{text}</span>
      )}
      {more.length > 0 && <span className="small second">{more.join(' · ')}</span>}
    </span>
  )
}
