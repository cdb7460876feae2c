import { useState } from 'react'
import type { PermissionDetail } from '../grant-contract.ts'
import type { AccessChange } from './access-change.ts'
import classes from './administration.module.css'
import { texts } from './administration-texts.ts'
import { conditionTexts, type Words } from './words.ts'

/** As many are named as are read at a glance. */
const NAMED = 5
const SIGNS = { gains: '+', loses: '−', narrows: '±' } as const

interface AccessChangesProps {
  readonly name: string
  readonly changes: readonly AccessChange[]
  readonly permissions: readonly PermissionDetail[]
  readonly words: Words
}

/** What somebody will gain and lose, in words, before it is done. */
export function AccessChanges({ name, changes, permissions, words }: AccessChangesProps) {
  const { grants } = texts
  const titles = new Map<string, string>(permissions.map((one) => [one.name, one.title]))
  return (
    <section className={classes.changes} aria-label={grants.preview} aria-live="polite">
      <h3>{grants.preview}</h3>
      {changes.length === 0 && <p className="second">{grants.nothingChanges}</p>}
      {changes.map((change) => (
        <div key={`${change.kind} ${change.placeId} ${JSON.stringify(change.conditions)}`} className={classes.change}>
          <span className={classes.sign} aria-hidden="true">
            {SIGNS[change.kind]}
          </span>
          <div>
            <b>{headOf(change, name, words)}</b>
            <Titles titles={change.permissions.map((one) => titles.get(one) ?? one)} />
          </div>
        </div>
      ))}
    </section>
  )
}

function headOf({ kind, placeId, conditions }: AccessChange, name: string, words: Words): string {
  const { grants } = texts
  const head = placeId === null ? grants[`${kind}Everywhere`](name) : grants[kind](name, words.placeText(placeId))
  const when = conditionTexts(conditions)
  return when.length === 0 ? `${head}:` : `${head}, ${when.join(', ')}:`
}

function Titles({ titles }: { titles: readonly string[] }) {
  const [all, setAll] = useState(false)
  const { grants } = texts
  const rest = titles.length - NAMED
  return (
    <p className="second">
      {(all ? titles : titles.slice(0, NAMED)).join(', ')}
      {rest > 0 && (
        <>
          {' '}
          <button type="button" className={classes.linkButton} onClick={() => setAll(!all)}>
            {all ? grants.fewer : grants.andMore(rest)}
          </button>
        </>
      )}
    </p>
  )
}
