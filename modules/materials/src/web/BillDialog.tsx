import { isProblem } from '@millrace/base'
import { Dialog, FormActions, ProblemAlert } from '@millrace/ui'
import { type SubmitEvent, useRef, useState } from 'react'
import { BILL_LIMIT, billLoops, type MaterialDefinition, type MaterialDetail } from '../contract.ts'
import { BillRowFields } from './BillRowFields.tsx'
import { type BillRow, itemsOf, rowOf } from './bill-form.ts'
import { ChangedMeanwhile } from './ChangedMeanwhile.tsx'
import { definitionTexts } from './definition-texts.ts'
import { MaterialSelect } from './MaterialSelect.tsx'
import classes from './materials.module.css'
import { useSetBill } from './queries.ts'

const words = definitionTexts.bill

interface BillDialogProps {
  readonly detail: MaterialDetail
  readonly onClose: () => void
  readonly onSaved: () => void
}

/** Says anew what a material is made of, one level deep. */
export function BillDialog({ detail, onClose, onSaved }: BillDialogProps) {
  const { material, bills, materials } = detail
  const items = bills.find(({ materialId }) => materialId === material.id)?.items ?? []
  const [rows, setRows] = useState<readonly BillRow[]>(() => {
    const known = new Map(materials.map((one) => [one.id, one]))
    return items.flatMap((item, key) => {
      const component = known.get(item.componentId)
      return component ? [rowOf(item, component, key)] : []
    })
  })
  const [isTried, setTried] = useState(false)
  const adding = useRef<HTMLInputElement>(null)
  const save = useSetBill(material.id)
  const atRow = loopAt(save.error, rows)
  const stepNames = new Set([...bills.flatMap((bill) => bill.items.map((item) => item.stepName ?? '')), ''])
  stepNames.delete('')

  function change(next: readonly BillRow[]) {
    save.reset()
    setRows(next)
  }

  function add(component: MaterialDefinition) {
    const key = Math.max(-1, ...rows.map((row) => row.key)) + 1
    change([...rows, { key, component, quantityPer: '1', scrapPercent: '0', stepName: '' }])
  }

  function submit(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    const wish = itemsOf(rows)
    if (wish) save.mutate(wish, { onSuccess: onSaved })
  }

  return (
    <Dialog title={words.title(material.name)} onClose={onClose} wide>
      <form className={classes.form} onSubmit={submit} noValidate>
        <p className="second">{words.hint(definitionTexts.one[material.unit])}</p>
        <ChangedMeanwhile now={items} isSaving={save.isPending} />
        {rows.length === 0 && <p>{words.none}</p>}
        <div className={classes.billRows}>
          {rows.map((row, index) => (
            <BillRowFields
              key={row.key}
              {...{ row, isTried, stepNames: [...stepNames] }}
              problem={index === atRow ? save.error?.message : undefined}
              onChange={(next) => change(rows.with(index, next))}
              onRemove={() => {
                change(rows.toSpliced(index, 1))
                // The button that was pressed is gone: who works with the keyboard goes on from here.
                adding.current?.focus()
              }}
            />
          ))}
        </div>
        {rows.length < BILL_LIMIT ? (
          <MaterialSelect ref={adding} label={words.add} onChoose={add} />
        ) : (
          <p className="second">{words.full(BILL_LIMIT)}</p>
        )}
        {atRow === undefined && <ProblemAlert error={save.error} />}
        <FormActions submit={definitionTexts.save} isPending={save.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  )
}

/** Which component leads back to the material: the way that the server names begins with the material and goes on with it. */
function loopAt(error: unknown, rows: readonly BillRow[]): number | undefined {
  if (!isProblem(error, billLoops) || !Array.isArray(error.data.loop)) return undefined
  const [, next] = error.data.loop
  const index = rows.findIndex(({ component }) => component.id === next)
  return index === -1 ? undefined : index
}
