import { Button, Select, TextInput } from '@mantine/core'
import { DAY_MS, epochMs, instant } from '@millrace/base'
import {
  clockMs,
  DataTable,
  Dialog,
  formatDate,
  formatWhen,
  LinesSkeleton,
  PriorityChip,
  ProblemAlert,
  readerZone,
  useNowMs,
} from '@millrace/ui'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import type { ProvisioningToken } from '../scim-contract.ts'
import classes from './administration.module.css'
import { texts as all } from './administration-texts.ts'
import { CopyField } from './CopyField.tsx'
import { EndDialog } from './EndDialog.tsx'
import { tokensQuery, useEndToken, useNewToken } from './provisioning-queries.ts'
import { texts as provisioning } from './provisioning-texts.ts'
import { useMay } from './queries.ts'

const texts = provisioning.tokens
const DEFAULT_DAYS = 180
/** From then on the end of a token is said as something to see to. */
const SOON_MS = 14 * DAY_MS

/** What identity providers act with. */
export function ProvisioningTokens() {
  const query = useInfiniteQuery(tokensQuery)
  const mayWrite = useMay('identity:provisioning:write')
  const [making, setMaking] = useState(false)
  const [ending, setEnding] = useState<ProvisioningToken | undefined>(undefined)
  const tokens = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <section className={classes.stack}>
      <div className={classes.sectionHead}>
        <h3>{texts.title}</h3>
        {mayWrite && (
          <Button size="xs" onClick={() => setMaking(true)}>
            {texts.make}
          </Button>
        )}
      </div>
      <ProblemAlert error={query.error} />
      {query.isPending ? (
        <LinesSkeleton />
      ) : (
        <DataTable
          label={texts.title}
          rows={tokens}
          rowKey={(token) => token.id}
          empty={texts.empty}
          columns={[
            { header: texts.name, phone: 'title', cell: (token) => <b>{token.name}</b> },
            { header: texts.lastUse, phone: 'detail', cell: (token) => <LastUse token={token} /> },
            { header: texts.expires, phone: 'value', cell: (token) => <Ending token={token} /> },
            {
              header: '',
              phone: 'detail',
              cell: (token) =>
                mayWrite &&
                token.endedAt === null && (
                  <span className={classes.rowActions}>
                    <Button size="xs" aria-label={texts.endTitle(token.name)} onClick={() => setEnding(token)}>
                      {texts.end}
                    </Button>
                  </span>
                ),
            },
          ]}
        />
      )}
      {query.hasNextPage && (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {all.more}
        </Button>
      )}
      {making && <NewTokenDialog onClose={() => setMaking(false)} />}
      {ending && <EndTokenDialog token={ending} onClose={() => setEnding(undefined)} />}
    </section>
  )
}

function LastUse({ token: { lastUsedAt, lastUsedAddress } }: { token: ProvisioningToken }) {
  const nowMs = useNowMs()
  if (lastUsedAt === null) return <span className="muted">{texts.unused}</span>
  const when = formatWhen(epochMs(lastUsedAt), readerZone(), nowMs)
  return lastUsedAddress === null ? when : texts.usedFrom(when, lastUsedAddress)
}

function Ending({ token: { endedAt, expiresAt } }: { token: ProvisioningToken }) {
  const day = formatDate(epochMs(endedAt ?? expiresAt), readerZone())
  const leftMs = epochMs(expiresAt) - clockMs()
  if (endedAt !== null || leftMs <= 0) return <span className="muted">{texts.ended(day)}</span>
  return leftMs < SOON_MS ? <PriorityChip priority={3}>{texts.soon(day)}</PriorityChip> : day
}

function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const make = useNewToken()
  const [name, setName] = useState('')
  const [days, setDays] = useState(DEFAULT_DAYS)
  if (make.data) {
    return (
      <Dialog title={texts.made(make.data.token.name)} onClose={onClose}>
        <div className={classes.form}>
          <p className="second">{texts.secretNote}</p>
          <CopyField
            text={make.data.secret}
            label={texts.made(make.data.token.name)}
            copy={provisioning.copy}
            copied={provisioning.copied}
            first
          />
          <div className={classes.formButtons}>
            <Button variant="filled" onClick={onClose}>
              {texts.done}
            </Button>
          </div>
        </div>
      </Dialog>
    )
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    make.mutate({ name: name.trim(), expiresAt: instant(clockMs() + days * DAY_MS) })
  }
  return (
    <Dialog title={texts.newTitle} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={texts.name}
          description={texts.nameHint}
          required
          maxLength={120}
          autoComplete="off"
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label={texts.lives}
          value={String(days)}
          allowDeselect={false}
          data={Object.entries(texts.days).map(([value, label]) => ({ value, label }))}
          onChange={(value) => setDays(Number(value ?? DEFAULT_DAYS))}
        />
        <ProblemAlert error={make.error} />
        <div className={classes.formButtons}>
          <Button variant="subtle" onClick={onClose}>
            {all.cancel}
          </Button>
          <Button type="submit" variant="filled" loading={make.isPending}>
            {texts.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function EndTokenDialog({ token, onClose }: { token: ProvisioningToken; onClose: () => void }) {
  const end = useEndToken(token.id)
  return <EndDialog title={texts.endTitle(token.name)} note={texts.endNote} end={end} onClose={onClose} />
}
