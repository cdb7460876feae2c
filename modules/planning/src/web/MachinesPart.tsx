import { Button, NumberInput, Select } from '@mantine/core'
import { DataTable, Dialog, formatNumber, ProblemAlert, Row } from '@millrace/ui'
import { useState } from 'react'
import { MACHINES_MAX, type UnitCapacity } from '../resource-contract.ts'
import type { PartProps } from './ResourcesPage.tsx'
import { useSaveUnitCapacity } from './resource-queries.ts'
import { texts } from './resource-texts.ts'
import classes from './resources.module.css'
import { Saved } from './Saved.tsx'

const words = texts.machines

/** What the machines of a plant take at a time. */
export function MachinesPart({ siteId, tree, mayWrite, capacity }: PartProps) {
  const [edited, setEdited] = useState<UnitCapacity>()
  const save = useSaveUnitCapacity()
  const machines = [...tree.byId.values()]
    .filter((one) => one.siteId === siteId && one.level === 'work-unit')
    .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
  const of = (workUnitId: UnitCapacity['workUnitId']): UnitCapacity =>
    capacity.units.find((one) => one.workUnitId === workUnitId) ?? { workUnitId, kind: 'machine', count: 1, load: null }
  return (
    <>
      <Saved when={save.isSuccess} />
      <DataTable
        rows={machines}
        rowKey={({ id }) => id}
        label={words.label}
        empty={words.empty}
        columns={[
          {
            header: words.name,
            phone: 'title',
            cell: ({ id, name }) =>
              mayWrite ? (
                <Button
                  {...{ size: 'compact-sm', variant: 'subtle', 'aria-label': words.editName(name) }}
                  onClick={() => setEdited(of(id))}
                >
                  {name}
                </Button>
              ) : (
                name
              ),
          },
          { header: words.area, cell: ({ parentId }) => tree.byId.get(parentId ?? '')?.name ?? '' },
          { header: words.takes, phone: 'detail', cell: ({ id }) => takesText(of(id)) },
        ]}
      />
      {edited && (
        <CapacityDialog
          name={tree.byId.get(edited.workUnitId)?.name ?? ''}
          capacity={edited}
          error={save.error}
          isSaving={save.isPending}
          onClose={() => setEdited(undefined)}
          onSave={(next) => save.mutate(next, { onSuccess: () => setEdited(undefined) })}
        />
      )}
    </>
  )
}

function takesText({ count, load }: UnitCapacity): string {
  const number = (value: number) => formatNumber(value, 0)
  if (!load) return count === 1 ? words.one : words.several(number(count))
  const { most, unit } = load
  return count === 1
    ? words.charge(number(most), words.units[unit])
    : words.charges(number(count), number(most), words.units[unit])
}

interface CapacityDialogProps {
  readonly name: string
  readonly capacity: UnitCapacity
  readonly error: Error | null
  readonly isSaving: boolean
  readonly onClose: () => void
  readonly onSave: (capacity: UnitCapacity) => void
}

function CapacityDialog({ name, capacity, error, isSaving, onClose, onSave }: CapacityDialogProps) {
  const [kind, setKind] = useState(capacity.kind)
  const [count, setCount] = useState<number | string>(capacity.count)
  const [most, setMost] = useState<number | string>(capacity.load?.most ?? 100)
  const [unit, setUnit] = useState(capacity.load?.unit ?? 'kg')
  return (
    <Dialog title={words.editName(name)} onClose={onClose}>
      <div className={classes.form}>
        <Select
          {...{ label: words.kind, value: kind, allowDeselect: false }}
          data={[
            { value: 'machine', label: words.machine },
            { value: 'batch', label: words.batch },
          ]}
          onChange={(value) => setKind(value === 'batch' ? 'batch' : 'machine')}
        />
        <NumberInput
          {...{ label: words.count, value: count, min: 1, max: MACHINES_MAX, allowDecimal: false }}
          onChange={setCount}
        />
        {kind === 'batch' && (
          <>
            <NumberInput
              {...{ label: words.most, value: most, min: 1, max: 1_000_000, allowDecimal: false }}
              onChange={setMost}
            />
            <Select
              {...{ label: words.unit, value: unit, allowDeselect: false }}
              data={Object.entries(words.units).map(([value, label]) => ({ value, label }))}
              onChange={(value) => setUnit(value === 'pieces' ? 'pieces' : 'kg')}
            />
          </>
        )}
        <ProblemAlert error={error} />
        <Row>
          <Button variant="default" onClick={onClose}>
            {texts.cancel}
          </Button>
          <Button
            {...{ variant: 'filled', loading: isSaving }}
            onClick={() =>
              onSave({
                ...{ workUnitId: capacity.workUnitId, kind, count: Number(count) || 1 },
                load: kind === 'batch' ? { most: Number(most) || 1, unit } : null,
              })
            }
          >
            {texts.save}
          </Button>
        </Row>
      </div>
    </Dialog>
  )
}
