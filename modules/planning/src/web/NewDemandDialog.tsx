import { NumberInput, Select, TextInput } from '@mantine/core'
import { atWallClock, type Decimal, instant } from '@millrace/base'
import type { MaterialId } from '@millrace/materials/contract'
import type { EquipmentId } from '@millrace/plant/contract'
import { Dialog, FormActions, LinesSkeleton, ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import type { NewDemand } from '../demand-contract.ts'
import { demandTexts as words } from './demand-texts.ts'
import classes from './planning.module.css'
import { materialsQuery, useNewDemand } from './requirement-queries.ts'

const USUAL_PRIORITY = '3'
/** Due on a day is due at its end. */
const LAST_MINUTE = 24 * 60 - 1

interface NewDemandDialogProps {
  readonly siteId: string
  readonly timeZone: string
  readonly onClose: () => void
}

/** Writes down what somebody wants. The day is one of the plant's calendar. */
export function NewDemandDialog({ siteId, timeZone, onClose }: NewDemandDialogProps) {
  const materials = useQuery(materialsQuery)
  const create = useNewDemand()
  const [number, setNumber] = useState('')
  const [materialId, setMaterialId] = useState<string | null>(null)
  const [quantity, setQuantity] = useState<number | string>(100)
  const [due, setDue] = useState('')
  const [priority, setPriority] = useState(USUAL_PRIORITY)
  const [customer, setCustomer] = useState('')
  const [isTried, setTried] = useState(false)
  const [year = 0, month = 0, day = 0] = due.split('-').map(Number)
  const demand: NewDemand | undefined =
    number.trim() !== '' && materialId && typeof quantity === 'number' && quantity > 0 && day > 0
      ? {
          ...{ siteId: siteId as EquipmentId, number: number.trim(), materialId: materialId as MaterialId },
          ...{ quantity: String(quantity) as Decimal, priority: Number(priority) },
          dueAt: instant(atWallClock(year, month, day, LAST_MINUTE, timeZone)),
          customer: customer.trim() === '' ? null : customer.trim(),
        }
      : undefined

  function save(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    if (demand) create.mutate(demand, { onSuccess: onClose })
  }

  return (
    <Dialog title={words.add} onClose={onClose}>
      {materials.isPending && <LinesSkeleton lines={6} />}
      <ProblemAlert error={materials.error} />
      {materials.data?.items.length === 0 && <p>{words.noMaterials}</p>}
      {materials.data && materials.data.items.length > 0 && (
        <form className={classes.form} onSubmit={save} noValidate>
          <TextInput label={words.number} value={number} maxLength={40} onChange={(e) => setNumber(e.target.value)} />
          <Select
            label={words.material}
            searchable
            value={materialId}
            data={materials.data.items.map(({ id, code, name, unit }) => ({
              value: id,
              label: `${code} ${name} (${unit})`,
            }))}
            onChange={setMaterialId}
          />
          <div className={classes.pair}>
            <NumberInput label={words.quantity} value={quantity} min={0} decimalScale={3} onChange={setQuantity} />
            <Select
              label={words.priority}
              value={priority}
              allowDeselect={false}
              data={words.priorities.map((label, index) => ({ value: String(index + 1), label }))}
              onChange={(value) => setPriority(value ?? USUAL_PRIORITY)}
            />
          </div>
          <TextInput label={words.due} type="date" value={due} onChange={(e) => setDue(e.target.value)} />
          <TextInput
            label={words.customer}
            value={customer}
            maxLength={120}
            onChange={(e) => setCustomer(e.target.value)}
          />
          {isTried && !demand && <p role="alert">{words.invalid}</p>}
          <ProblemAlert error={create.error} />
          <FormActions submit={words.save} isPending={create.isPending} onCancel={onClose} />
        </form>
      )}
    </Dialog>
  )
}
