import { Dialog, formatNumber } from '@millrace/ui'
import { Link } from '@tanstack/react-router'
import type { AuditEvent } from '../trail-contract.ts'
import classes from './trail.module.css'
import { differenceOf } from './trail-difference.ts'
import { texts as all } from './trail-texts.ts'

const texts = all.details

/** Everything an event says, with the difference between before and after. */
export function EventDetails({
  event,
  sentence,
  onClose,
}: {
  event: AuditEvent
  sentence: string
  onClose: () => void
}) {
  const { problem, requestId, reason, address, via, device, sequence, before, after, detail } = event
  const facts: readonly (readonly [string, string | null])[] = [
    [texts.by, `${event.actor} (${event.actorKind} ${event.actorId})`],
    [texts.at, event.at],
    [texts.action, event.action],
    [texts.object, event.objects.join(', ')],
    [texts.reason, reason],
    [texts.problem, problem],
    [texts.request, requestId],
    [texts.address, address],
    [texts.via, via],
    [texts.device, device],
    [texts.place, sequence === null ? texts.noPlace : formatNumber(sequence, 0)],
  ]
  const lines = differenceOf(before, after)
  const more = differenceOf(null, detail)
  return (
    <Dialog title={texts.title} wide onClose={onClose}>
      <div className={classes.details}>
        <p>
          <b>{sentence}</b>
        </p>
        <dl className={classes.facts}>
          {facts.map(([name, value]) =>
            value === null ? null : (
              <div key={name} className={classes.fact}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
          )}
        </dl>
        {lines.length > 0 && (
          <table className={classes.difference} aria-label={texts.change}>
            <thead>
              <tr>
                <th scope="col">{texts.change}</th>
                <th scope="col">{texts.before}</th>
                <th scope="col">{texts.after}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.path}>
                  <td>{line.path}</td>
                  <td>
                    {line.before === undefined ? <i className="muted">{texts.nothing}</i> : <del>{line.before}</del>}
                  </td>
                  <td>
                    {line.after === undefined ? <i className="muted">{texts.nothing}</i> : <ins>{line.after}</ins>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {more.length > 0 && (
          <dl className={classes.facts} aria-label={texts.more}>
            {more.map(({ path, after: value }) => (
              <div key={path} className={classes.fact}>
                <dt>{path}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
        <p className={classes.links}>
          <Link to="/identity/trail" search={{ actor: event.actorId }} onClick={onClose}>
            {texts.ofPerson}
          </Link>
          <Link to="/identity/trail" search={{ object: event.object }} onClick={onClose}>
            {texts.ofObject}
          </Link>
        </p>
      </div>
    </Dialog>
  )
}
