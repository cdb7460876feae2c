import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { Card, clockMs, DataTable, formatWhen, LinesSkeleton, ProblemAlert, readerZone } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import type { IdentityProvider } from '../identity-provider-contract.ts'
import { linksQuery, useUnlink } from './provider-queries.ts'
import { useMay } from './queries.ts'
import classes from './single-sign-on.module.css'
import { singleSignOnTexts } from './single-sign-on-texts.ts'

const texts = singleSignOnTexts.links

/** The people whom a provider knows by an account of theirs. */
export function ProviderLinks({ provider }: { provider: IdentityProvider }) {
  const { data, error } = useQuery(linksQuery(provider.id))
  const may = useMay('identity:provider:write')
  const unlink = useUnlink(provider.id)
  return (
    <Card title={texts.title} note={provider.linkedCount}>
      <ProblemAlert error={error ?? unlink.error} />
      {!data && !error && <LinesSkeleton />}
      {data && (
        <DataTable
          label={texts.title}
          rows={data.items}
          rowKey={(link) => link.personId}
          empty={texts.empty}
          columns={[
            { header: texts.person, cell: (link) => <b>{link.personName}</b>, phone: 'title' },
            {
              header: texts.account,
              cell: (link) => <span className={classes.code}>{link.subject}</span>,
              phone: 'detail',
            },
            {
              header: texts.lastUsed,
              cell: (link) => formatWhen(epochMs(link.lastUsedAt), readerZone(), clockMs()),
              phone: 'hidden',
            },
            {
              header: '',
              cell: (link) =>
                may && (
                  <Button
                    size="xs"
                    aria-label={texts.unlinkOf(link.personName)}
                    loading={unlink.isPending && unlink.variables.personId === link.personId}
                    onClick={() => unlink.mutate(link)}
                  >
                    {texts.unlink}
                  </Button>
                ),
              phone: 'value',
            },
          ]}
        />
      )}
      {data && data.items.length > 0 && <p className="small second">{texts.hint}</p>}
    </Card>
  )
}
