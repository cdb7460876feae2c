import { epochMs } from '@millrace/base'
import { CommandLine } from '@millrace/control/web'
import { useMay } from '@millrace/identity/web'
import { usePlace } from '@millrace/plant/web'
import {
  BulletBar,
  Card,
  formatMoney,
  formatQuantity,
  formatWhen,
  PriorityChip,
  PriorityShape,
  priorityLevel,
  QuietChip,
  useNowMs,
} from '@millrace/ui'
import { Link } from '@tanstack/react-router'
import type { Finding, Outcome } from '../contract.ts'
import { Decide } from './Decide.tsx'
import { actionText, evidenceBar, sureText } from './evidence.ts'
import classes from './insight.module.css'
import { texts } from './texts.ts'

interface FindingCardProps {
  readonly finding: Finding
  /** Leads to the page of the finding; left out on that page. */
  readonly linked?: boolean
}

/** A finding where it is decided: what, why, how sure, what to do about it, and what became of it. */
export function FindingCard({ finding, linked = true }: FindingCardProps) {
  const { detail } = usePlace(finding.workUnitId)
  const nowMs = useNowMs()
  const when = (at: Parameters<typeof epochMs>[0]) => formatWhen(epochMs(at), detail.timeZone, nowMs)
  const [suggested] = finding.actions
  return (
    <Card
      title={
        finding.state === 'open' ? (
          <PriorityChip priority={priorityLevel(finding.priority)} />
        ) : (
          <QuietChip>{texts.states[finding.state]}</QuietChip>
        )
      }
      note={`${texts.card.found(when(finding.foundAt))}, ${texts.card.sure(sureText(finding.confidenceRatio))}`}
    >
      <h2>{finding.title}</h2>
      <p className={`second ${classes.reason}`}>{finding.reason}</p>
      <ul className={`small ${classes.bars}`}>
        {finding.evidence.map(evidenceBar).map((bar) => (
          <li key={bar.title} className={classes.bar}>
            <span>{bar.title}</span>
            <BulletBar
              label={`${bar.title} ${bar.text}`}
              ratio={bar.ratio}
              targetRatio={bar.usualRatio}
              bad={bar.isUnusual}
            />
            <b className="number">{bar.text}</b>
          </li>
        ))}
      </ul>
      {finding.outlook && <p className="small second">{finding.outlook}.</p>}
      {suggested && (
        <div className={classes.suggested}>
          <h3>{texts.card.suggested(actionText(suggested))}</h3>
          {finding.benefit && (
            <p className="small second">
              {finding.benefit.text}{' '}
              {finding.benefit.waitingPerDay > 0 &&
                texts.card.waiting(formatMoney(finding.benefit.waitingPerDay, finding.benefit.currency))}
            </p>
          )}
        </div>
      )}
      <DecisionPart finding={finding} timeZone={detail.timeZone} when={when} />
      {finding.outcome && <OutcomeLine outcome={finding.outcome} />}
      {linked && (
        <p className={`small ${classes.more}`}>
          <Link to={`/insight/findings/${finding.id}`}>{texts.card.more}</Link>
        </p>
      )}
    </Card>
  )
}

interface DecisionPartProps {
  readonly finding: Finding
  readonly timeZone: string
  readonly when: (at: Finding['foundAt']) => string
}

function DecisionPart({ finding, timeZone, when }: DecisionPartProps) {
  const mayDecide = useMay('insight:finding:decide')
  const { decision, command, outcome } = finding
  if (finding.state === 'open') {
    return mayDecide ? <Decide finding={finding} /> : <p className="small muted">{texts.card.mayNot}</p>
  }
  if (!decision) return null
  const measuredAtMs = outcome ? epochMs(outcome.measuredAt) : null
  return (
    <div className={classes.decision}>
      <div className="small second">
        <b>{texts.decide.choices[decision.choice]}</b> {texts.decide.by(decision.by, when(decision.at))}
        {decision.reason && `: ${decision.reason}`}
      </div>
      {command && <CommandLine command={command} timeZone={timeZone} measuredAtMs={measuredAtMs} />}
      {command?.state === 'read-back' && !outcome && <p className="small muted">{texts.decide.measuring}</p>}
    </div>
  )
}

/** What a decision did: the value before and after, with a word for it. */
function OutcomeLine({ outcome }: { outcome: Outcome }) {
  const unit = outcome.unit ?? ''
  const top = Math.max(Math.abs(outcome.before), Math.abs(outcome.after)) * 1.15 || 1
  return (
    <div className={classes.outcome}>
      <h3>
        {texts.outcome.title}: <OutcomeVerdict verdict={outcome.verdict} />
      </h3>
      <div className="small second">{outcome.title}</div>
      <ul className={`small ${classes.bars}`}>
        {[['before', outcome.before] as const, ['after', outcome.after] as const].map(([word, value]) => (
          <li key={word} className={classes.bar}>
            <span>{texts.outcome[word]}</span>
            <BulletBar
              label={`${texts.outcome[word]} ${formatQuantity(value, unit)}`}
              ratio={Math.abs(value) / top}
              bad={word === 'after' && outcome.verdict === 'worse'}
            />
            <b className="number">{formatQuantity(value, unit)}</b>
          </li>
        ))}
      </ul>
    </div>
  )
}

export function OutcomeVerdict({ verdict }: { verdict: Outcome['verdict'] }) {
  if (verdict === 'worse') {
    return (
      <span className={classes.worse}>
        <PriorityShape priority={2} /> {texts.outcome.verdicts.worse}
      </span>
    )
  }
  return <span className={verdict === 'better' ? classes.better : undefined}>{texts.outcome.verdicts[verdict]}</span>
}
