import { Button, NumberInput, Select } from '@mantine/core'
import { EmptyState, ProblemAlert, Row } from '@millrace/ui'
import { useState } from 'react'
import type { Product, SetupMatrix } from '../contract.ts'
import { gridKey, gridPair, MinutesGrid } from './MinutesGrid.tsx'
import type { PartProps } from './ResourcesPage.tsx'
import { useSaveSetups } from './resource-queries.ts'
import { texts } from './resource-texts.ts'
import classes from './resources.module.css'
import { Saved } from './Saved.tsx'

const words = texts.setups

/** How long a machine takes from one family to another. */
export function SetupsPart({ siteId, tree, mayWrite, capacity, products }: PartProps) {
  const used = new Set(
    products.flatMap((one) => one.steps.flatMap((step) => step.alternatives.map((a) => a.workUnitId))),
  )
  const machines = [...tree.byId.values()].filter((one) => one.siteId === siteId && used.has(one.id))
  const [machineId, setMachineId] = useState(machines[0]?.id)
  const machine = machines.find(({ id }) => id === machineId)
  if (!machine) return <EmptyState>{words.noFamilies}</EmptyState>
  const matrix = capacity.setups.find(({ workUnitId }) => workUnitId === machine.id)
  return (
    <>
      <div className={classes.fields}>
        <Select
          {...{ label: words.machine, searchable: true, allowDeselect: false, value: machine.id }}
          data={machines.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(value) => setMachineId(machines.find(({ id }) => id === value)?.id)}
        />
      </div>
      <Matrix
        key={machine.id}
        name={machine.name}
        families={familiesOn(machine.id, products, matrix)}
        matrix={matrix ?? { workUnitId: machine.id, otherwiseMinutes: 0, changes: [] }}
        mayWrite={mayWrite}
      />
    </>
  )
}

function familiesOn(machineId: string, products: readonly Product[], matrix: SetupMatrix | undefined): string[] {
  const made = products.flatMap(({ steps }) =>
    steps
      .filter(({ alternatives }) => alternatives.some(({ workUnitId }) => workUnitId === machineId))
      .map(({ setupFamily }) => setupFamily),
  )
  const listed = matrix?.changes.flatMap(({ from, to }) => [from, to]) ?? []
  return [...new Set([...made, ...listed])].sort((a, b) => a.localeCompare(b))
}

interface MatrixProps {
  readonly name: string
  readonly families: readonly string[]
  readonly matrix: SetupMatrix
  readonly mayWrite: boolean
}

function Matrix({ name, families, matrix, mayWrite }: MatrixProps) {
  const [otherwise, setOtherwise] = useState<number | string>(matrix.otherwiseMinutes)
  const [minutes, setMinutes] = useState<ReadonlyMap<string, number>>(
    new Map(matrix.changes.map((one) => [gridKey(one.from, one.to), one.minutes])),
  )
  const save = useSaveSetups()
  const changes = [...minutes].map(([key, value]) => {
    const [from, to] = gridPair(key)
    return { from, to, minutes: value }
  })
  return (
    <>
      <NumberInput
        {...{ label: words.otherwise, value: otherwise, min: 0, max: 10_000, allowDecimal: false, maw: 320 }}
        readOnly={!mayWrite}
        onChange={setOtherwise}
      />
      {families.length < 2 ? (
        <p className="second">{words.one}</p>
      ) : (
        <MinutesGrid
          {...{ label: words.grid(name), corner: words.from, minutes, cellLabel: words.cell, mayWrite }}
          items={families.map((family) => ({ id: family, name: family }))}
          onChange={setMinutes}
        />
      )}
      <ProblemAlert error={save.error} />
      <Saved when={save.isSuccess} />
      {mayWrite && (
        <Row>
          <Button
            {...{ size: 'xs', variant: 'filled', loading: save.isPending }}
            onClick={() =>
              save.mutate({ workUnitId: matrix.workUnitId, otherwiseMinutes: Number(otherwise) || 0, changes })
            }
          >
            {texts.save}
          </Button>
        </Row>
      )}
    </>
  )
}
