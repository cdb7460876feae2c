import { Button, TextInput } from '@mantine/core'
import { epochMs, type Instant } from '@millrace/base'
import {
  Card,
  DataTable,
  Dialog,
  formatWhen,
  Page,
  ProblemAlert,
  Row,
  readerZone,
  shellRoute,
  useNowMs,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link } from '@tanstack/react-router'
import { type SubmitEvent, useState } from 'react'
import type { BreakGlass, PreparedBreakGlass } from '../break-glass-contract.ts'
import { useAdministrationCrumbs } from './AdministrationPage.tsx'
import { ShownOnce } from './RecoveryCodes.tsx'
import classes from './sign-in.module.css'
import { breakGlassQuery, usePrepareBreakGlass, useRevokeBreakGlass } from './sign-in-queries.ts'
import { signInTexts } from './sign-in-texts.ts'

const texts = signInTexts.breakGlass

export const breakGlassRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/break-glass',
  component: BreakGlassPage,
})

/** The way in when no other is left: whether it is ready, and when it was used. */
function BreakGlassPage() {
  const crumbs = useAdministrationCrumbs()
  const { data, error } = useQuery(breakGlassQuery)
  return (
    <Page name={texts.page} title={texts.page} crumbs={crumbs}>
      <ProblemAlert error={error} />
      {data && <Ready ready={data.ready} />}
      {data && <Uses uses={data.uses} />}
    </Page>
  )
}

function Ready({ ready }: { ready: BreakGlass['ready'] }) {
  const nowMs = useNowMs()
  const revoke = useRevokeBreakGlass()
  const [preparing, setPreparing] = useState(false)
  const [prepared, setPrepared] = useState<PreparedBreakGlass | undefined>(undefined)
  return (
    <Card
      title={ready ? texts.ready(ready.name) : texts.none}
      actions={
        <>
          {ready && (
            <Button loading={revoke.isPending} onClick={() => revoke.mutate(ready.name)}>
              {texts.revoke}
            </Button>
          )}
          <Button variant={ready ? 'default' : 'filled'} onClick={() => setPreparing(true)}>
            {ready ? texts.prepareAnother : texts.prepare}
          </Button>
        </>
      }
    >
      <ProblemAlert error={revoke.error} />
      <div className={classes.paragraphs}>
        {ready && (
          <p>{texts.preparedBy(ready.preparedBy, formatWhen(epochMs(ready.preparedAt), readerZone(), nowMs))}</p>
        )}
        <p className="second">{texts.note}</p>
      </div>
      {preparing && (
        <PrepareDialog
          replaces={ready?.name}
          onClose={() => setPreparing(false)}
          onPrepared={(made) => {
            setPreparing(false)
            setPrepared(made)
          }}
        />
      )}
      {prepared && (
        <ShownOnce
          title={texts.codeTitle(prepared.name)}
          note={texts.codeNote}
          kept={texts.codeKept}
          onClose={() => setPrepared(undefined)}
        >
          <dl className={classes.facts}>
            <dt>{texts.name}</dt>
            <dd>
              <b>{prepared.name}</b>
            </dd>
            <dt>{texts.code}</dt>
            <dd>
              <code className={classes.bigCode}>{prepared.code}</code>
            </dd>
          </dl>
        </ShownOnce>
      )}
    </Card>
  )
}

interface PrepareDialogProps {
  readonly replaces: string | undefined
  readonly onClose: () => void
  readonly onPrepared: (made: PreparedBreakGlass) => void
}

function PrepareDialog({ replaces, onClose, onPrepared }: PrepareDialogProps) {
  const prepare = usePrepareBreakGlass()
  const [name, setName] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    prepare.mutate(name.trim(), { onSuccess: onPrepared })
  }
  return (
    <Dialog title={texts.prepare} onClose={onClose}>
      <form className={classes.confirm} onSubmit={submit}>
        <p className="second">{replaces === undefined ? texts.prepareNote : texts.replaces(replaces)}</p>
        <TextInput
          label={texts.name}
          description={texts.nameHint}
          required
          minLength={3}
          maxLength={80}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ProblemAlert error={prepare.error} />
        <Row>
          <Button type="submit" variant="filled" loading={prepare.isPending}>
            {texts.prepare}
          </Button>
          <Button variant="subtle" onClick={onClose}>
            {signInTexts.cancel}
          </Button>
        </Row>
      </form>
    </Dialog>
  )
}

function Uses({ uses }: { uses: BreakGlass['uses'] }) {
  const nowMs = useNowMs()
  const when = (at: Instant) => formatWhen(epochMs(at), readerZone(), nowMs)
  return (
    <Card title={texts.uses}>
      <DataTable
        label={texts.uses}
        rows={uses}
        rowKey={(use) => use.id}
        empty={texts.unused}
        columns={[
          {
            header: texts.name,
            phone: 'title',
            cell: ({ name, personId }) => (
              <Link to="/identity/people/$personId" params={{ personId }}>
                {name}
              </Link>
            ),
          },
          { header: texts.usedAt, phone: 'value', cell: ({ usedAt }) => when(usedAt) },
          { header: texts.from, phone: 'hidden', cell: ({ address }) => address ?? signInTexts.sessions.unknown },
          {
            header: texts.seen,
            phone: 'detail',
            cell: ({ acknowledgedBy, acknowledgedAt }) =>
              acknowledgedAt === null ? texts.notSeen : texts.seenBy(acknowledgedBy ?? '', when(acknowledgedAt)),
          },
        ]}
      />
    </Card>
  )
}
