import { Button } from '@mantine/core'
import { useMay } from '@millrace/identity/web'
import type { DiscoveredTag } from '@millrace/plant/contract'
import { useNewSignals } from '@millrace/telemetry/web'
import { Card, DataTable, ProblemAlert } from '@millrace/ui'
import { useQueryClient } from '@tanstack/react-query'
import type { Device } from '../contract.ts'
import classes from './mqtt.module.css'
import { hearingQuery } from './queries.ts'
import { texts } from './texts.ts'

const words = texts.unknown

/** What the device sends and nobody keeps, and the buttons that change that. */
export function UnknownCard({ device, unknown }: { device: Device; unknown: readonly DiscoveredTag[] }) {
  const making = useNewSignals()
  const queryClient = useQueryClient()
  const mayMake = useMay('telemetry:signal:write')
  const make = (tags: readonly DiscoveredTag[]) =>
    making.mutate(
      tags.map(({ address, name, kind, connectionId }) => ({
        ...{ workUnitId: device.workUnitId, connectionId, address, name, kind },
        title: titleOf(name),
      })),
      { onSettled: () => queryClient.invalidateQueries({ queryKey: hearingQuery(device.id).queryKey }) },
    )
  return (
    <Card
      title={words.title}
      {...(unknown.length > 0 && { note: words.note })}
      actions={
        mayMake &&
        unknown.length > 1 && (
          <Button size="compact-sm" loading={making.isPending} onClick={() => make(unknown)}>
            {words.makeAll(unknown.length)}
          </Button>
        )
      }
    >
      <ProblemAlert error={making.error} />
      <DataTable
        label={words.title}
        rows={unknown}
        rowKey={(tag) => tag.address}
        empty={words.empty}
        columns={[
          {
            header: words.address,
            phone: 'title',
            cell: ({ address }) => <span className={classes.address}>{address}</span>,
          },
          { header: words.kind, phone: 'detail', cell: ({ kind }) => words.kinds[kind] },
          {
            header: '',
            phone: 'value',
            cell: (tag) =>
              mayMake && (
                <Button
                  size="xs"
                  aria-label={words.makeOf(tag.address)}
                  disabled={making.isPending}
                  onClick={() => make([tag])}
                >
                  {words.make}
                </Button>
              ),
          },
        ]}
      />
    </Card>
  )
}

/** `spindle/bearing_temperature` as "Bearing temperature". */
function titleOf(name: string): string {
  const text = (name.split('/').at(-1) || name).replaceAll(/[_-]+/g, ' ').trim()
  return text === '' ? name : text.charAt(0).toUpperCase() + text.slice(1)
}
