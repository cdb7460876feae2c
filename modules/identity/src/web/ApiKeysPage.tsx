import { Button, SegmentedControl } from '@mantine/core'
import { DAY_MS, epochMs } from '@millrace/base'
import {
  Card,
  clockMs,
  DataTable,
  formatDate,
  formatWhen,
  LinesSkeleton,
  PriorityChip,
  ProblemAlert,
  readerZone,
  shellRoute,
  useNowMs,
} from '@millrace/ui'
import { useInfiniteQuery } from '@tanstack/react-query'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { ApiKey } from '../contract.ts'
import { AdministrationPage } from './AdministrationPage.tsx'
import classes from './administration.module.css'
import { apiKeysQuery, useEndApiKey } from './administration-queries.ts'
import { texts as all } from './administration-texts.ts'
import { EndDialog } from './EndDialog.tsx'
import { NewApiKeyDialog } from './NewApiKeyDialog.tsx'
import { useMay } from './queries.ts'
import { texts as identityTexts } from './texts.ts'
import { useWords, type Words } from './words.ts'

const texts = all.keys
/** From then on the end of a key is said as something to see to. */
const SOON_MS = 14 * DAY_MS

export const apiKeysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/api-keys',
  validateSearch: ({ state }: Record<string, unknown>): { state?: 'ended' } => (state === 'ended' ? { state } : {}),
  component: ApiKeysPage,
})

/** The keys with which programs use Millrace. */
function ApiKeysPage() {
  const { state = 'working' } = apiKeysRoute.useSearch()
  const query = useInfiniteQuery(apiKeysQuery(state))
  const words = useWords()
  const mayWrite = useMay('identity:api-key:write')
  const navigate = useNavigate()
  const [making, setMaking] = useState(false)
  const [ending, setEnding] = useState<ApiKey | undefined>(undefined)
  const keys = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <AdministrationPage
      name={identityTexts.tabs.apiKeys}
      actions={
        mayWrite && (
          <Button variant="filled" onClick={() => setMaking(true)}>
            {texts.make}
          </Button>
        )
      }
    >
      <Card
        actions={
          <SegmentedControl
            size="xs"
            aria-label={texts.state}
            value={state}
            data={[
              { value: 'working', label: texts.working },
              { value: 'ended', label: texts.endedOnes },
            ]}
            onChange={(value) =>
              void navigate({
                to: '/identity/api-keys',
                search: value === 'ended' ? { state: 'ended' } : {},
                replace: true,
              })
            }
          />
        }
      >
        <ProblemAlert error={query.error} />
        {query.isPending && <LinesSkeleton />}
        {query.data && (
          <KeysTable
            keys={keys}
            words={words}
            empty={state === 'ended' ? texts.emptyEnded : texts.empty}
            onEnd={mayWrite ? setEnding : undefined}
          />
        )}
        {query.hasNextPage && (
          <Button
            className={classes.more}
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {all.more}
          </Button>
        )}
      </Card>
      {making && <NewApiKeyDialog words={words} onClose={() => setMaking(false)} />}
      {ending && <EndKeyDialog apiKey={ending} onClose={() => setEnding(undefined)} />}
    </AdministrationPage>
  )
}

interface KeysTableProps {
  readonly keys: readonly ApiKey[]
  readonly words: Words
  readonly empty: string
  readonly onEnd: ((key: ApiKey) => void) | undefined
}

function KeysTable({ keys, words, empty, onEnd }: KeysTableProps) {
  return (
    <DataTable
      label={identityTexts.tabs.apiKeys}
      rows={keys}
      rowKey={(key) => key.id}
      empty={empty}
      columns={[
        {
          header: texts.name,
          phone: 'title',
          cell: (key) => (
            <span className={classes.person}>
              <b>{key.name}</b>
              <span className="small muted">
                {texts.madeBy} {key.createdByName}
              </span>
            </span>
          ),
        },
        {
          header: texts.holds,
          phone: 'detail',
          cell: (key) => (
            <span className={classes.person}>
              {key.grants.map((grant) => (
                <span key={grant.id}>{words.grantText(grant)}</span>
              ))}
            </span>
          ),
        },
        { header: texts.lastUse, cell: (key) => <LastUse apiKey={key} />, phone: 'hidden' },
        { header: texts.expires, cell: (key) => <Ending apiKey={key} />, phone: 'value' },
        {
          header: '',
          phone: 'detail',
          cell: (key) => (
            <span className={classes.rowActions}>
              <Link to="/identity/access" search={{ key: key.id }}>
                {texts.access}
              </Link>
              {onEnd && key.endedAt === null && (
                <Button size="xs" aria-label={texts.endTitle(key.name)} onClick={() => onEnd(key)}>
                  {texts.end}
                </Button>
              )}
            </span>
          ),
        },
      ]}
    />
  )
}

function LastUse({ apiKey: { lastUsedAt, lastUsedAddress } }: { apiKey: ApiKey }) {
  const nowMs = useNowMs()
  if (lastUsedAt === null) return <span className="muted">{texts.never}</span>
  const when = formatWhen(epochMs(lastUsedAt), readerZone(), nowMs)
  return lastUsedAddress === null ? when : texts.usedFrom(when, lastUsedAddress)
}

function Ending({ apiKey: { endedAt, expiresAt } }: { apiKey: ApiKey }) {
  const day = formatDate(epochMs(endedAt ?? expiresAt), readerZone())
  const leftMs = epochMs(expiresAt) - clockMs()
  if (endedAt !== null || leftMs <= 0) return <span className="muted">{texts.ended(day)}</span>
  return leftMs < SOON_MS ? <PriorityChip priority={3}>{texts.soon(day)}</PriorityChip> : day
}

function EndKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const end = useEndApiKey(apiKey.id)
  return <EndDialog title={texts.endTitle(apiKey.name)} note={texts.endNote} end={end} onClose={onClose} />
}
