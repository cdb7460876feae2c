import { SegmentedControl, Select, TextInput, type TextInputProps } from '@mantine/core'
import type { EquipmentId } from '@millrace/plant/contract'
import { usePlaceTree } from '@millrace/plant/web'
import { Dialog, FormActions, ProblemAlert } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { StockOutlook } from '../outlook-contract.ts'
import { ChangedMeanwhile } from './ChangedMeanwhile.tsx'
import { definitionTexts } from './definition-texts.ts'
import classes from './materials.module.css'
import { fieldsOf, type PolicyFields, policyOf } from './policy-form.ts'
import { useSetPolicy } from './queries.ts'

const words = definitionTexts.policy

export interface PolicyDialogProps {
  readonly siteId: string
  readonly outlook: Pick<StockOutlook, 'material' | 'policy'>
  readonly isMade: boolean
  readonly currency: string
  readonly onClose: () => void
  readonly onSaved: () => void
}

/** Says how a plant comes by a material, how long that takes, and what it keeps of it. */
export function PolicyDialog({ siteId, outlook, isMade, currency, onClose, onSaved }: PolicyDialogProps) {
  const { material, policy } = outlook
  const tree = usePlaceTree()
  const [fields, setFields] = useState(() => fieldsOf(policy, isMade))
  const [isTried, setTried] = useState(false)
  const save = useSetPolicy()
  const others = tree.sites.filter(({ id }) => id !== siteId)
  const { policy: wish, problems } = policyOf(fields)
  const change = (part: Partial<PolicyFields>) => setFields({ ...fields, ...part })
  const text = (field: Exclude<keyof PolicyFields, 'supply' | 'lot' | 'fromSiteId'>, props: TextInputProps) => (
    <TextInput
      {...props}
      value={fields[field]}
      error={isTried && problems[field]}
      onChange={(e) => change({ [field]: e.target.value })}
    />
  )
  const amount = (field: Parameters<typeof text>[0], label: string) =>
    text(field, { label, inputMode: 'decimal', maxLength: 14 })

  function submit(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    const at = { siteId: siteId as EquipmentId, materialId: material.id }
    if (wish) save.mutate({ ...at, ...wish }, { onSuccess: onSaved })
  }

  return (
    <Dialog title={words.title(material.name, tree.byId.get(siteId)?.name ?? '')} onClose={onClose}>
      <form className={classes.form} onSubmit={submit} noValidate>
        <ChangedMeanwhile now={policy} isSaving={save.isPending} />
        <SegmentedControl
          aria-label={words.supply}
          size="xs"
          value={fields.supply}
          data={Object.entries(words.supplies)
            .filter(([value]) => value !== 'transfer' || others.length > 0)
            .map(([value, label]) => ({ value, label }))}
          onChange={(value) => change({ supply: value as PolicyFields['supply'] })}
        />
        {fields.supply === 'buy' && text('supplier', { label: words.supplier, maxLength: 120 })}
        {fields.supply === 'transfer' && (
          <Select
            label={words.fromSite}
            value={fields.fromSiteId}
            allowDeselect={false}
            error={isTried && problems.fromSiteId}
            data={others.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(value) => change({ fromSiteId: value })}
          />
        )}
        <div className={classes.pair}>
          {text('leadTimeDays', { label: words.leadTime, inputMode: 'numeric', maxLength: 3 })}
          {amount('safetyStock', words.safetyStock(material.unit))}
        </div>
        <Select
          label={words.lot}
          value={fields.lot}
          allowDeselect={false}
          data={Object.entries(words.lots).map(([value, label]) => ({ value, label }))}
          onChange={(value) => change({ lot: (value ?? fields.lot) as PolicyFields['lot'] })}
        />
        {fields.lot === 'multiple' && (
          <div className={classes.pair}>
            {amount('minimum', words.minimum(material.unit))}
            {amount('multiple', words.multiple(material.unit))}
          </div>
        )}
        <div className={classes.pair}>
          {amount('unitCost', words.unitCost(definitionTexts.one[material.unit], currency))}
          {text('responsible', { label: words.responsible, maxLength: 120 })}
        </div>
        <ProblemAlert error={save.error} />
        <FormActions submit={definitionTexts.save} isPending={save.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
