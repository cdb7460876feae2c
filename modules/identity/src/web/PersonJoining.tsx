import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { Card, formatWhen, LinesSkeleton, ProblemAlert, Row, readerZone, useNowMs } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Person } from '../contract.ts'
import classes from './administration.module.css'
import { useInvitePerson, useMakeResetLink, useWithdrawInvitation } from './joining-queries.ts'
import { joiningTexts } from './joining-texts.ts'
import { LinkOnce } from './LinkOnce.tsx'
import { useMay } from './queries.ts'
import { factorsQuery } from './sign-in-queries.ts'

const texts = joiningTexts.person

/** How a person came in or is to come in, for who administers people. Not for those whom an identity provider looks after. */
export function PersonJoining({ person }: { person: Person }) {
  const mayInvite = useMay('identity:person:write')
  return mayInvite && !person.provisioned && person.endedAt === null ? <JoiningCard person={person} /> : null
}

function JoiningCard({ person }: { person: Person }) {
  const { data: factors, error } = useQuery(factorsQuery(person.id))
  const invite = useInvitePerson(person)
  const withdraw = useWithdrawInvitation(person.id)
  const makeReset = useMakeResetLink(person)
  const [shown, setShown] = useState<'invitation' | 'reset'>()
  if (!factors)
    return <Card title={texts.title}>{error ? <ProblemAlert error={error} /> : <LinesSkeleton lines={2} />}</Card>
  const hasJoined = factors.password || factors.passkeyCount > 0
  const isOpen = person.invitation?.state === 'open'
  const made = shown === 'invitation' ? invite.data : makeReset.data
  return (
    <Card title={texts.title}>
      <div className={classes.stack}>
        {(!hasJoined || person.invitation) && <InvitationLine person={person} />}
        <p className="second small">{hasJoined ? texts.resetNote : isOpen && texts.againNote}</p>
        <ProblemAlert error={invite.error ?? withdraw.error ?? makeReset.error} />
        <Row>
          {hasJoined ? (
            <Button
              size="xs"
              loading={makeReset.isPending}
              onClick={() => makeReset.mutate(undefined, { onSuccess: () => setShown('reset') })}
            >
              {texts.reset}
            </Button>
          ) : (
            <Button
              size="xs"
              loading={invite.isPending}
              onClick={() => invite.mutate(undefined, { onSuccess: () => setShown('invitation') })}
            >
              {person.invitation ? texts.again : texts.invite}
            </Button>
          )}
          {isOpen && (
            <Button size="xs" loading={withdraw.isPending} onClick={() => withdraw.mutate(undefined)}>
              {texts.withdraw}
            </Button>
          )}
        </Row>
      </div>
      {shown && made && <LinkOnce kind={shown} made={made} person={person} onClose={() => setShown(undefined)} />}
    </Card>
  )
}

function InvitationLine({ person: { invitation } }: { person: Person }) {
  const nowMs = useNowMs()
  const words = joiningTexts.state
  if (!invitation) return <p className="second">{words.never}</p>
  const { state, madeBy, expiresAt } = invitation
  const when = formatWhen(epochMs(expiresAt), readerZone(), nowMs)
  const line = {
    open: words.openFrom(madeBy, when),
    expired: words.expiredAt(madeBy, when),
    withdrawn: words.withdrawnFrom(madeBy),
    used: words.usedFrom(madeBy),
  }[state]
  return (
    <p className="second" role="status">
      {line}
    </p>
  )
}
