import { Button } from '@mantine/core'
import { epochMs, type Instant } from '@millrace/base'
import { Card, DataTable, formatWhen, LinesSkeleton, ProblemAlert, QuietChip, readerZone, useNowMs } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import type { PersonId } from '../contract.ts'
import type { SessionShown } from '../session-contract.ts'
import classes from './sign-in.module.css'
import { sessionsQuery, useEndSession, useEndSessions } from './sign-in-queries.ts'
import { signInTexts } from './sign-in-texts.ts'

const texts = signInTexts.sessions

/** Where somebody is signed in, and the way to end it. Without a person: one's own. */
export function SessionsCard({ personId }: { personId?: PersonId }) {
  const { data, error } = useQuery(sessionsQuery(personId))
  const end = useEndSession(personId)
  const endAll = useEndSessions(personId)
  const sessions = data?.items ?? []
  const others = sessions.filter((session) => !session.current)
  return (
    <Card
      title={texts.title}
      note={sessions.length > 0 ? sessions.length : undefined}
      actions={
        others.length > 0 && (
          <Button loading={endAll.isPending} onClick={() => endAll.mutate()}>
            {personId === undefined ? texts.endOthers : texts.endAll}
          </Button>
        )
      }
    >
      <ProblemAlert error={error ?? end.error ?? endAll.error} />
      {!data && !error && <LinesSkeleton />}
      {data && (
        <SessionTable
          sessions={sessions}
          ending={end.isPending ? end.variables : undefined}
          onEnd={(id) => end.mutate(id)}
        />
      )}
    </Card>
  )
}

interface SessionTableProps {
  readonly sessions: readonly SessionShown[]
  readonly ending: string | undefined
  readonly onEnd: (id: string) => void
}

function SessionTable({ sessions, ending, onEnd }: SessionTableProps) {
  const nowMs = useNowMs()
  const when = (at: Instant) => formatWhen(epochMs(at), readerZone(), nowMs)
  return (
    <DataTable
      label={texts.title}
      rows={sessions}
      rowKey={(session) => session.id}
      empty={texts.none}
      columns={[
        {
          header: texts.device,
          phone: 'title',
          cell: (session) => (
            <span className={classes.device}>
              <b>{session.device}</b>
              {session.station && <QuietChip>{texts.station}</QuietChip>}
              {session.level === 1 && <QuietChip>{texts.half}</QuietChip>}
            </span>
          ),
        },
        { header: texts.address, cell: ({ address }) => address ?? texts.unknown, phone: 'hidden' },
        { header: texts.how, cell: ({ method }) => signInTexts.methods[method], phone: 'hidden' },
        { header: texts.since, cell: ({ createdAt }) => when(createdAt), phone: 'hidden' },
        {
          header: texts.lastUsed,
          phone: 'detail',
          cell: ({ lastUsedAt, address }) => (
            <>
              {when(lastUsedAt)}
              <span className={classes.onPhone}>, {address ?? texts.unknown}</span>
            </>
          ),
        },
        {
          header: '',
          phone: 'value',
          cell: ({ id, current, device }) => (
            <div className={classes.rowActions}>
              {current ? (
                <QuietChip>{texts.current}</QuietChip>
              ) : (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  aria-label={texts.endNamed(device)}
                  loading={ending === id}
                  onClick={() => onEnd(id)}
                >
                  {texts.end}
                </Button>
              )}
            </div>
          ),
        },
      ]}
    />
  )
}
