import { Button } from '@mantine/core'
import { Card, DataTable, formatNumber, formatQuantity } from '@millrace/ui'
import { useState } from 'react'
import type { EnergySetup } from '../energy-contract.ts'
import classes from './energy.module.css'
import { energyPageTexts } from './energy-page-texts.ts'
import { MeasuredDialog } from './MeasuredDialog.tsx'
import { PowerDialog } from './PowerDialog.tsx'

const words = energyPageTexts.machines
type Machine = EnergySetup['machines'][number]

/** What each machine draws by what it does. */
export function MachinePowers({ setup, mayWrite }: { setup: EnergySetup; mayWrite: boolean }) {
  const { machines } = setup
  const [edited, setEdited] = useState<Machine>()
  const [isMeasuring, setMeasuring] = useState(false)
  const kw = (of: (power: NonNullable<Machine['power']>) => number) => (machine: Machine) =>
    machine.power ? formatNumber(of(machine.power), 1) : <span className="second">{words.unknown}</span>
  const working = (machine: Machine) => (
    <>
      {kw((power) => power.processKw)(machine)}
      {machine.power && <span className={classes.phoneUnit}>{' kW'}</span>}
    </>
  )
  return (
    <Card
      title={words.title}
      actions={
        mayWrite &&
        machines.length > 0 && (
          <Button size="xs" variant="default" onClick={() => setMeasuring(true)}>
            {words.measure}
          </Button>
        )
      }
    >
      <DataTable
        rows={machines}
        rowKey={({ workUnitId }) => workUnitId}
        label={words.label}
        empty={words.empty}
        columns={[
          { header: words.machine, phone: 'title', cell: ({ name }) => <b>{name}</b> },
          { header: words.process, numeric: true, phone: 'value', cell: working },
          { header: words.setup, numeric: true, cell: kw((power) => power.setupKw) },
          { header: words.idle, numeric: true, cell: kw((power) => power.idleKw) },
          { header: words.outside, numeric: true, cell: kw((power) => power.outsideKw) },
          {
            header: words.off,
            phone: 'detail',
            cell: ({ power }) =>
              power?.maySwitchOff
                ? words.offText(formatQuantity(power.switchOnKwh, 'kWh'), power.switchOnMinutes)
                : words.never,
          },
          ...(mayWrite
            ? [
                {
                  header: '',
                  phone: 'detail' as const,
                  cell: (machine: Machine) => (
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={words.editName(machine.name)}
                      onClick={() => setEdited(machine)}
                    >
                      {words.edit}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {edited && <PowerDialog machine={edited} onClose={() => setEdited(undefined)} />}
      {isMeasuring && <MeasuredDialog setup={setup} onClose={() => setMeasuring(false)} />}
    </Card>
  )
}
