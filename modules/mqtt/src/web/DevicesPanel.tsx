import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import { usePlaceTree } from '@millrace/plant/web'
import { AgeText, Card, DataTable, LinesSkeleton, ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { DeviceState } from './DeviceState.tsx'
import { devicesQuery, useLiveDevices, useMayWrite } from './queries.ts'
import { texts } from './texts.ts'

/** Devices that speak MQTT with the server themselves, among the settings. */
export function DevicesPanel() {
  return useMay('mqtt:device:read') ? <Devices /> : null
}

function Devices() {
  const query = useQuery(devicesQuery)
  const tree = usePlaceTree()
  const mayWrite = useMayWrite()
  useLiveDevices()
  const words = texts.list
  return (
    <Card
      title={texts.title}
      actions={
        mayWrite && (
          <Button component={Link} to="/mqtt/devices/new">
            {words.make}
          </Button>
        )
      }
    >
      <ProblemAlert error={query.error} />
      {query.isPending && <LinesSkeleton lines={2} height={30} />}
      {query.data && (
        <DataTable
          label={texts.title}
          rows={query.data.items}
          rowKey={(device) => device.id}
          empty={words.empty}
          columns={[
            {
              header: words.name,
              phone: 'title',
              cell: ({ id, name }) => <Link to={`/mqtt/devices/${id}`}>{name}</Link>,
            },
            { header: words.machine, cell: ({ workUnitId }) => tree.byId.get(workUnitId)?.name },
            { header: words.state, phone: 'value', cell: (device) => <DeviceState state={device.state} /> },
            {
              header: words.seen,
              phone: 'detail',
              cell: ({ lastSeenAt }) => (
                <span className="second">
                  <AgeText atMs={lastSeenAt === null ? null : epochMs(lastSeenAt)} />
                </span>
              ),
            },
          ]}
        />
      )}
    </Card>
  )
}
