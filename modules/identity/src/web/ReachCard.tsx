import { Button, SegmentedControl } from '@mantine/core'
import { isProblem } from '@millrace/base'
import { Card, DataTable, LinesSkeleton, type Place, PriorityChip, ProblemAlert } from '@millrace/ui'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { AccountReach, PlantReach } from '../reach-contract.ts'
import classes from './administration.module.css'
import { reachQuery } from './administration-queries.ts'
import { texts as all } from './administration-texts.ts'
import { useMay } from './queries.ts'
import { useWords } from './words.ts'

const texts = all.reach

/** What each account could touch in each plant, and which reach the machines of more than one. */
export function ReachCard() {
  const [kind, setKind] = useState<'person' | 'key'>('person')
  const query = useInfiniteQuery(reachQuery(kind))
  const { places } = useWords()
  const maySeeKeys = useMay('identity:api-key:read')
  const sites = places.inOrder.filter((place) => place.parentId === null)
  // Who may see people of one plant only may not see the list of the whole company.
  const isPartial = isProblem(query.error) && query.error.type.kind === 'forbidden'
  const accounts = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Card
      title={texts.title}
      actions={
        maySeeKeys && (
          <SegmentedControl
            size="xs"
            aria-label={texts.kind}
            value={kind}
            data={[
              { value: 'person', label: texts.people },
              { value: 'key', label: texts.keys },
            ]}
            onChange={(value) => setKind(value === 'key' ? 'key' : 'person')}
          />
        )
      }
    >
      <p className="second">{texts.note}</p>
      {isPartial ? <p className="second">{texts.onlyWhole}</p> : <ProblemAlert error={query.error} />}
      {query.isPending && <LinesSkeleton lines={10} height={22} />}
      {query.data && <ReachTable accounts={accounts} sites={sites} />}
      {query.hasNextPage && (
        <Button className={classes.more} loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {all.more}
        </Button>
      )}
      {query.data && <p className={`small muted ${classes.more}`}>{texts.seatNote}</p>}
    </Card>
  )
}

function ReachTable({ accounts, sites }: { accounts: readonly AccountReach[]; sites: readonly Place[] }) {
  const nameOf = (siteId: string) => sites.find((site) => site.id === siteId)?.name ?? all.placeHidden
  return (
    <DataTable
      label={texts.title}
      rows={accounts}
      rowKey={(account) => account.id}
      empty={texts.empty}
      columns={[
        {
          header: texts.account,
          phone: 'title',
          width: '28%',
          cell: (account) => (
            <span className={classes.person}>
              <Link
                to="/identity/access"
                search={account.kind === 'person' ? { person: account.id } : { key: account.id }}
              >
                <b>{account.name}</b>
              </Link>
              {account.title !== '' && <span className="small muted">{account.title}</span>}
            </span>
          ),
        },
        ...sites.map((site) => ({
          header: site.name,
          phone: 'detail' as const,
          cell: (account: AccountReach) => (
            <Reached reach={account.plants.find((plant) => plant.siteId === site.id)} site={site.name} />
          ),
        })),
        {
          header: '',
          phone: 'detail',
          cell: (account) => (
            <span className={classes.person}>
              {account.controls > 1 && <PriorityChip priority={3}>{texts.twoPlants(account.controls)}</PriorityChip>}
              {account.controlSiteId !== null && (
                <span className="small second">{texts.seat(nameOf(account.controlSiteId))}</span>
              )}
            </span>
          ),
        },
      ]}
    />
  )
}

/** `sees, enters, controls in parts`: what is not in force at this moment is quiet. */
function Reached({ reach, site }: { reach: PlantReach | undefined; site: string }) {
  if (!reach) return <span className={`muted ${classes.notOnPhone}`}>–</span>
  const words = reach.kinds.map((kind) => all.does[kind]).join(', ')
  const isNow = reach.kindsNow.length > 0
  return (
    <span className={isNow ? undefined : 'muted'}>
      <span className={classes.onPhone}>{site}: </span>
      {words}
      <span className="muted">
        {!reach.whole && ` ${texts.inParts}`}
        {!isNow && `, ${texts.notNow}`}
      </span>
    </span>
  )
}
