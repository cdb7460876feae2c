import { Button, Checkbox } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { DataTable, Dialog, formatNumber, formatWhen, LinesSkeleton, ProblemAlert, Row, useNowMs } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { EnergySetup, MachinePower, MeasuredPowers } from '../energy-contract.ts'
import { energyPageTexts } from './energy-page-texts.ts'
import { measuredPowersQuery, useSetPowers } from './energy-queries.ts'
import { unknownPower } from './PowerDialog.tsx'

const words = energyPageTexts.machines
type Measured = MeasuredPowers['machines'][number]

/** What machines drew by measurement beside what is assumed, and what of it is taken. */
export function MeasuredDialog({ setup, onClose }: { setup: EnergySetup; onClose: () => void }) {
  const { data, error, isPending } = useQuery(measuredPowersQuery(setup.siteId))
  const save = useSetPowers()
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  const known = new Map(setup.machines.map((machine) => [machine.workUnitId, machine]))
  const rows = (data?.machines ?? []).filter(({ processKw, idleKw }) => processKw !== null || idleKw !== null)
  const taken = rows.filter(({ workUnitId }) => !left.has(workUnitId))
  const cell = (of: (row: Measured) => number | null, assumed: (power: MachinePower) => number) => (row: Measured) => {
    const power = known.get(row.workUnitId)?.power
    return (
      <>
        {formatNumber(of(row), 1)}{' '}
        {power && <span className="small second">{words.now(formatNumber(assumed(power), 1))}</span>}
      </>
    )
  }
  return (
    <Dialog wide title={words.measure} onClose={onClose}>
      <ProblemAlert error={error} />
      {isPending && <LinesSkeleton lines={8} height={28} />}
      {data && (
        <>
          <p className="second">{words.measured(formatWhen(epochMs(data.fromAt), setup.timeZone, nowMs))}</p>
          <DataTable
            rows={rows}
            rowKey={({ workUnitId }) => workUnitId}
            label={words.measure}
            empty={words.noneMeasured}
            columns={[
              {
                header: words.machine,
                phone: 'title',
                cell: ({ workUnitId }) => (
                  <Checkbox
                    size="xs"
                    label={known.get(workUnitId)?.name ?? ''}
                    aria-label={words.takeName(known.get(workUnitId)?.name ?? '')}
                    checked={!left.has(workUnitId)}
                    onChange={(event) => {
                      const one = new Set([workUnitId])
                      setLeft(event.target.checked ? left.difference(one) : left.union(one))
                    }}
                  />
                ),
              },
              {
                header: words.process,
                numeric: true,
                phone: 'value',
                cell: cell(
                  (row) => row.processKw,
                  (power) => power.processKw,
                ),
              },
              {
                header: words.setup,
                numeric: true,
                cell: cell(
                  (row) => row.setupKw,
                  (power) => power.setupKw,
                ),
              },
              {
                header: words.idle,
                numeric: true,
                cell: cell(
                  (row) => row.idleKw,
                  (power) => power.idleKw,
                ),
              },
              {
                header: words.outside,
                numeric: true,
                cell: cell(
                  (row) => row.outsideKw,
                  (power) => power.outsideKw,
                ),
              },
              { header: words.hours, numeric: true, cell: ({ measuredHours }) => formatNumber(measuredHours, 0) },
            ]}
          />
          <ProblemAlert error={save.error} />
          <Row>
            <Button variant="default" onClick={onClose}>
              {words.close}
            </Button>
            <Button
              variant="filled"
              disabled={taken.length === 0}
              loading={save.isPending}
              onClick={() =>
                save.mutate(
                  taken.map((row) => withMeasured(row, known)),
                  { onSuccess: onClose },
                )
              }
            >
              {words.take(taken.length)}
            </Button>
          </Row>
        </>
      )}
    </Dialog>
  )
}

/** What was not measured stays as it is; set-up without a measurement draws what idling does. */
function withMeasured(row: Measured, known: ReadonlyMap<string, EnergySetup['machines'][number]>): MachinePower {
  const power = known.get(row.workUnitId)?.power
  const old = power ?? unknownPower(row.workUnitId)
  const idleKw = row.idleKw ?? old.idleKw
  return {
    ...{ ...old, idleKw, processKw: row.processKw ?? old.processKw, outsideKw: row.outsideKw ?? old.outsideKw },
    setupKw: row.setupKw ?? (power ? power.setupKw : idleKw),
  }
}
