import { Card, LinesSkeleton, ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { Fragment, useState } from 'react'
import type { Access, HolderRef } from '../contract.ts'
import type { PermissionDetail } from '../grant-contract.ts'
import { type AccessGrant, type AccessReason, accessRows, KINDS, type Kind, reasonsAt } from './access-tree.ts'
import classes from './administration.module.css'
import { accessQuery, permissionsQuery } from './administration-queries.ts'
import { texts as all } from './administration-texts.ts'
import type { PlaceId } from './place-tree.ts'
import { useWords, type Words } from './words.ts'

const texts = all.access

interface AccessSummaryProps {
  readonly holder: HolderRef
  readonly onAsk: (question: { permission: string; place: string }) => void
}

/** What a person or key can see and do: grant by grant as sentences, then place by place with the reason for each. */
export function AccessSummary({ holder, onAsk }: AccessSummaryProps) {
  const { data: access, error } = useQuery(accessQuery(holder))
  const { data: permissions } = useQuery(permissionsQuery)
  const words = useWords()
  if (!access || !permissions) {
    return (
      <Card>
        <ProblemAlert error={error} />
        {!error && <LinesSkeleton lines={6} />}
      </Card>
    )
  }
  return (
    <>
      <Card title={texts.sentences(access.name)}>
        <Sentences access={access} words={words} />
      </Card>
      <Card title={texts.tree} note={texts.treeNote}>
        <Tree access={access} permissions={permissions.items} words={words} onAsk={onAsk} />
      </Card>
    </>
  )
}

function Sentences({ access, words }: { access: Access; words: Words }) {
  const { controlSiteId } = access
  return (
    <div className={classes.stack}>
      {access.ended && <p>{texts.ended(access.name)}</p>}
      {access.grants.length === 0 && <p className="second">{texts.none(access.name)}</p>}
      <ul>
        {access.grants.map((one) => (
          <li key={one.grant.id} className={classes.reading}>
            {words.grantText(one.grant)} <span className={one.counts ? 'muted' : 'second'}>({countsText(one)})</span>
          </li>
        ))}
      </ul>
      {controlSiteId !== null && <p className="second">{all.person.controlsAt(words.placeText(controlSiteId))}</p>}
    </div>
  )
}

function countsText({ counts, unmet }: AccessGrant): string {
  if (counts) return texts.counts
  return unmet === undefined ? texts.notNow : texts.notNowBecause(texts.unmet[unmet])
}

interface TreeProps {
  readonly access: Access
  readonly permissions: readonly PermissionDetail[]
  readonly words: Words
  readonly onAsk: AccessSummaryProps['onAsk']
}

interface Cell {
  readonly placeId: PlaceId
  readonly kind: Kind
}

function Tree({ access, permissions, words, onAsk }: TreeProps) {
  const [open, setOpen] = useState<Cell | undefined>(undefined)
  const kinds = KINDS.filter((kind) => permissions.some((permission) => permission.kind === kind))
  const allOf = (kind: Kind) => permissions.filter((permission) => permission.kind === kind).length
  return (
    <table className={classes.treeTable} aria-label={texts.tree}>
      <thead>
        <tr>
          <th scope="col">{texts.place}</th>
          {kinds.map((kind) => (
            <th key={kind} scope="col">
              {all.kinds[kind]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {accessRows(access, permissions, words.places).map(({ placeId, depth, held }) => {
          const name = placeId === null ? texts.company : (words.places.byId.get(placeId)?.name ?? '')
          const isOpen = (kind: Kind) => open?.placeId === placeId && open.kind === kind
          return (
            <Fragment key={placeId}>
              <tr>
                <th scope="row" data-depth={placeId === null ? 0 : depth}>
                  {name}
                </th>
                {kinds.map((kind) => {
                  const what = amount(held[kind], allOf(kind))
                  return (
                    <td key={kind} data-empty={held[kind] === 0}>
                      <button
                        type="button"
                        className={`${classes.cellButton} ${held[kind] === 0 ? 'muted' : ''}`}
                        aria-expanded={isOpen(kind)}
                        aria-label={
                          placeId === null
                            ? texts.cellCompany(all.kinds[kind], what)
                            : texts.cell(all.kinds[kind], name, what)
                        }
                        onClick={() => setOpen(isOpen(kind) ? undefined : { placeId, kind })}
                      >
                        <span className={classes.cellLabel}>{all.kinds[kind]}</span>
                        {held[kind] === 0 ? '–' : what}
                      </button>
                    </td>
                  )
                })}
              </tr>
              {open && open.placeId === placeId && (
                <tr>
                  <td colSpan={kinds.length + 1}>
                    <Reasons
                      reasons={reasonsAt(access, permissions, words.places, placeId).filter(
                        ({ permission }) => permission.kind === open.kind,
                      )}
                      words={words}
                      onAsk={(permission) => onAsk({ permission, place: placeId ?? 'company' })}
                    />
                  </td>
                </tr>
              )}
            </Fragment>
          )
        })}
      </tbody>
    </table>
  )
}

function amount(held: number, all: number): string {
  if (held === 0) return texts.nothing
  return held === all ? texts.all : texts.someOf(held, all)
}

interface ReasonsProps {
  readonly reasons: readonly AccessReason[]
  readonly words: Words
  readonly onAsk: (permission: string) => void
}

/** Each permission with the grants that give it; what is not held is below, and can be asked about. */
function Reasons({ reasons, words, onAsk }: ReasonsProps) {
  const held = reasons.filter(({ grants }) => grants.length > 0)
  const missing = reasons.filter(({ grants }) => grants.length === 0)
  return (
    <div className={classes.reasons}>
      <ul>
        {held.map(({ permission, grants }) => (
          <li key={permission.name} className={classes.reason}>
            <span>
              <b>{permission.title}</b>{' '}
              <span className="second">
                {texts.because} {all.lists(grants.map(({ grant }) => words.grantText(grant)))}
              </span>
            </span>
            <WhyButton permission={permission} text={texts.why} onAsk={onAsk} />
          </li>
        ))}
      </ul>
      {missing.length > 0 && (
        <div className={classes.missing}>
          <span className="muted">{texts.notHeld}</span>
          {missing.map(({ permission }) => (
            <WhyButton key={permission.name} permission={permission} text={permission.title} onAsk={onAsk} />
          ))}
        </div>
      )}
    </div>
  )
}

interface WhyButtonProps {
  readonly permission: PermissionDetail
  readonly text: string
  readonly onAsk: (permission: string) => void
}

function WhyButton({ permission, text, onAsk }: WhyButtonProps) {
  return (
    <button
      type="button"
      className={classes.linkButton}
      aria-label={`${permission.title}: ${texts.why}`}
      onClick={() => onAsk(permission.name)}
    >
      {text}
    </button>
  )
}
