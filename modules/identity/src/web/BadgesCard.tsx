import { Button, Menu, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { epochMs } from '@millrace/base'
import { Card, DataTable, Dialog, formatDate, LinesSkeleton, ProblemAlert, QuietChip, readerZone } from '@millrace/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import type { BadgeHolder, IssuedBadge } from '../station-contract.ts'
import classes from './administration.module.css'
import { BadgeCard } from './BadgeCard.tsx'
import { badgeHoldersQuery, useBlockBadge, useIssueBadge, useRemovePin } from './station-queries.ts'
import { texts as all } from './station-texts.ts'

const texts = all.badges
/** A person who types does not want an answer to each letter. */
const TYPING_MS = 250

type Open =
  | { readonly what: 'card'; readonly badge: IssuedBadge }
  | { readonly what: 'block'; readonly holder: BadgeHolder }

/** People, and with what each signs in at stations. */
export function BadgesCard() {
  const [typed, setTyped] = useState('')
  const [text, setText] = useState('')
  const search = useDebouncedCallback((value: string) => setText(value.trim()), TYPING_MS)
  const { data, error, isPending } = useQuery({ ...badgeHoldersQuery(text), placeholderData: keepPreviousData })
  const issue = useIssueBadge()
  const removePin = useRemovePin()
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const onIssue = (holder: BadgeHolder) =>
    issue.mutate(holder, { onSuccess: (badge) => setOpen({ what: 'card', badge }) })
  return (
    <Card title={texts.heading} note={texts.note}>
      <TextInput
        className={classes.filters}
        type="search"
        aria-label={texts.search}
        placeholder={texts.search}
        maxLength={100}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          search(event.currentTarget.value)
        }}
      />
      <ProblemAlert error={error ?? issue.error ?? removePin.error} />
      {isPending && <LinesSkeleton lines={8} height={26} />}
      {data && (
        <DataTable
          label={texts.heading}
          rows={data.items}
          rowKey={(holder) => holder.personId}
          empty={texts.empty}
          columns={[
            {
              header: texts.name,
              phone: 'title',
              width: '40%',
              cell: ({ name, title }) => (
                <span className={classes.person}>
                  <b>{name}</b>
                  <span className="small muted">{title}</span>
                </span>
              ),
            },
            { header: texts.badge, phone: 'detail', cell: (holder) => <BadgeState holder={holder} /> },
            {
              header: texts.pin,
              phone: 'hidden',
              cell: ({ hasPin }) =>
                hasPin ? <QuietChip>{texts.hasPin}</QuietChip> : <span className="muted">{texts.noPin}</span>,
            },
            {
              header: '',
              phone: 'value',
              cell: (holder) => (
                <span className={classes.rowActions}>
                  <HolderMenu
                    holder={holder}
                    onIssue={() => onIssue(holder)}
                    onBlock={() => setOpen({ what: 'block', holder })}
                    onRemovePin={() => removePin.mutate(holder.personId)}
                  />
                </span>
              ),
            },
          ]}
        />
      )}
      {data?.nextCursor !== undefined && <p className={`second ${classes.more}`}>{texts.more(data.items.length)}</p>}
      {open?.what === 'card' && <BadgeCard badge={open.badge} onClose={close} />}
      {open?.what === 'block' && <BlockDialog holder={open.holder} onClose={close} />}
    </Card>
  )
}

function BadgeState({ holder: { badgeIssuedAt, badgeBlockedAt } }: { holder: BadgeHolder }) {
  const day = (at: Parameters<typeof epochMs>[0]) => formatDate(epochMs(at), readerZone())
  if (badgeIssuedAt !== null) return texts.issued(day(badgeIssuedAt))
  if (badgeBlockedAt !== null) return <QuietChip>{texts.blocked(day(badgeBlockedAt))}</QuietChip>
  return <span className="muted">{texts.noBadge}</span>
}

interface HolderMenuProps {
  readonly holder: BadgeHolder
  readonly onIssue: () => void
  readonly onBlock: () => void
  readonly onRemovePin: () => void
}

function HolderMenu({ holder, onIssue, onBlock, onRemovePin }: HolderMenuProps) {
  const hasBadge = holder.badgeIssuedAt !== null
  if (!hasBadge && !holder.hasPin) {
    return (
      <Button size="xs" aria-label={`${texts.issue}, ${holder.name}`} onClick={onIssue}>
        {texts.issue}
      </Button>
    )
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" aria-label={texts.changeFor(holder.name)}>
          {texts.change}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onIssue}>{hasBadge ? texts.replace : texts.issue}</Menu.Item>
        {hasBadge && <Menu.Item onClick={onBlock}>{texts.block}</Menu.Item>}
        {holder.hasPin && <Menu.Item onClick={onRemovePin}>{texts.removePin}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  )
}

function BlockDialog({ holder, onClose }: { holder: BadgeHolder; onClose: () => void }) {
  const block = useBlockBadge()
  const [reason, setReason] = useState<string>(texts.lost)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    block.mutate({ personId: holder.personId, reason: reason.trim() }, { onSuccess: onClose })
  }
  return (
    <Dialog title={texts.blockTitle(holder.name)} onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <p>{texts.blockNote}</p>
        <TextInput
          label={texts.reason}
          required
          maxLength={500}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <ProblemAlert error={block.error} />
        <div className={classes.formButtons}>
          <Button variant="subtle" onClick={onClose}>
            {texts.cancel}
          </Button>
          <Button type="submit" variant="filled" color="red" loading={block.isPending}>
            {texts.block}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
