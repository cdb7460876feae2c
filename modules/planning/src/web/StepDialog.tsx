import { Checkbox, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core'
import type { EquipmentId } from '@millrace/plant/contract'
import { Dialog, FormActions } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { Step } from '../contract.ts'
import type { ToolId } from '../resource-contract.ts'
import type { PlantNames } from './RoutingEditor.tsx'
import { texts } from './resource-texts.ts'
import classes from './resources.module.css'

const words = texts.step

interface StepDialogProps extends PlantNames {
  /** Undefined for a new one. */
  readonly step: Step | undefined
  /** The product's, for a new step. */
  readonly family: string
  readonly onClose: () => void
  readonly onDone: (step: Step) => void
}

type Minutes = number | string

/** One step of a routing: where it may be done and what it needs. */
export function StepDialog({ step, family, machines, capacity, onClose, onDone }: StepDialogProps) {
  const [name, setName] = useState(step?.name ?? '')
  const [setupFamily, setSetupFamily] = useState(step?.setupFamily ?? family)
  const [minutes, setMinutes] = useState<ReadonlyMap<string, Minutes>>(
    new Map(step?.alternatives.map((one) => [one.workUnitId, one.minutesPerPiece])),
  )
  const [splittable, setSplittable] = useState(step?.splittable ?? true)
  const [skill, setSkill] = useState<string | null>(step?.operators?.skill ?? null)
  const [count, setCount] = useState<Minutes>(step?.operators?.count ?? 1)
  const [time, setTime] = useState(step?.operators?.time ?? 'whole')
  const [toolIds, setToolIds] = useState<string[]>(step?.tools?.map(({ toolId }) => toolId) ?? [])
  const [isCharged, setCharged] = useState(step?.charge !== undefined)
  const [chargeMinutes, setChargeMinutes] = useState<Minutes>(step?.charge?.minutes ?? 60)
  const [loadPerPiece, setLoadPerPiece] = useState<Minutes>(step?.charge?.loadPerPiece ?? 1)
  const [wait, setWait] = useState<Minutes>(step?.waitMinutes ?? '')
  const [transfer, setTransfer] = useState<Minutes>(step?.transferQuantity ?? '')
  const [isTried, setTried] = useState(false)
  const skills = [...new Set([...capacity.groups.flatMap((group) => group.skills), ...(skill ? [skill] : [])])]

  const alternatives = [...minutes].flatMap(([workUnitId, value]) =>
    typeof value === 'number' && value > 0 ? [{ workUnitId: workUnitId as EquipmentId, minutesPerPiece: value }] : [],
  )
  const isWhole =
    name.trim() !== '' && setupFamily.trim() !== '' && alternatives.length > 0 && alternatives.length === minutes.size
  const counts = new Map(step?.tools?.map((one) => [one.toolId as string, one.count]))

  function submit(event: SubmitEvent) {
    event.preventDefault()
    event.stopPropagation()
    setTried(true)
    if (!isWhole) return
    onDone({
      ...{ name: name.trim(), setupFamily: setupFamily.trim(), splittable, alternatives },
      operators: skill === null ? null : { skill, count: Number(count) || 1, time },
      ...(isCharged && { charge: { minutes: Number(chargeMinutes) || 1, loadPerPiece: Number(loadPerPiece) || 1 } }),
      ...(toolIds.length > 0 && {
        tools: toolIds.map((id) => ({ toolId: id as ToolId, count: counts.get(id) ?? 1 })),
      }),
      ...(typeof wait === 'number' && wait > 0 && { waitMinutes: wait }),
      ...(typeof transfer === 'number' && transfer > 0 && { transferQuantity: transfer }),
    })
  }

  return (
    <Dialog title={step?.name ?? words.title} onClose={onClose} wide>
      <form className={classes.form} onSubmit={submit} noValidate>
        <div className={classes.fields}>
          <TextInput label={words.name} value={name} maxLength={60} onChange={(e) => setName(e.target.value)} />
          <TextInput
            {...{ label: words.family, value: setupFamily, maxLength: 60, description: words.familyHint }}
            onChange={(e) => setSetupFamily(e.target.value)}
          />
        </div>
        <MultiSelect
          {...{ label: words.machines, searchable: true, maxValues: 50 }}
          value={[...minutes.keys()]}
          data={machines.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(ids) => {
            const usual = [...minutes.values()].at(-1) ?? 1
            setMinutes(new Map(ids.map((id) => [id, minutes.get(id) ?? usual])))
          }}
        />
        <div className={classes.fields}>
          {[...minutes].map(([id, value]) => (
            <NumberInput
              key={id}
              label={words.minutes(machines.find((one) => one.id === id)?.name ?? '')}
              {...{ value, min: 0.01, max: 10_000, decimalScale: 3 }}
              onChange={(next) => setMinutes(new Map([...minutes, [id, next]]))}
            />
          ))}
        </div>
        <Checkbox label={words.splittable} checked={splittable} onChange={(e) => setSplittable(e.target.checked)} />
        <div className={classes.fields}>
          <Select
            {...{ label: words.skill, value: skill, data: skills, clearable: true, placeholder: words.nobody }}
            onChange={setSkill}
          />
          {skill !== null && (
            <>
              <NumberInput
                {...{ label: words.people, value: count, min: 1, max: 50, allowDecimal: false }}
                onChange={setCount}
              />
              <Select
                {...{ label: words.time, value: time, allowDeselect: false }}
                data={[
                  { value: 'whole', label: words.whole },
                  { value: 'setup', label: words.setup },
                ]}
                onChange={(value) => setTime(value === 'setup' ? 'setup' : 'whole')}
              />
            </>
          )}
        </div>
        <MultiSelect
          {...{ label: words.tools, value: toolIds, maxValues: 10, onChange: setToolIds }}
          data={capacity.tools.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <Checkbox label={words.charged} checked={isCharged} onChange={(e) => setCharged(e.target.checked)} />
        {isCharged && (
          <div className={classes.fields}>
            <NumberInput
              {...{ label: words.chargeMinutes, value: chargeMinutes, min: 1, max: 10_000, allowDecimal: false }}
              onChange={setChargeMinutes}
            />
            <NumberInput
              {...{ label: words.loadPerPiece, description: words.loadHint, value: loadPerPiece, min: 0.001 }}
              onChange={setLoadPerPiece}
            />
          </div>
        )}
        <div className={classes.fields}>
          <NumberInput
            {...{ label: words.wait, value: wait, min: 0, max: 43_200, allowDecimal: false }}
            onChange={setWait}
          />
          <NumberInput
            {...{
              label: words.transfer,
              description: words.transferHint,
              value: transfer,
              min: 0,
              allowDecimal: false,
            }}
            onChange={setTransfer}
          />
        </div>
        {isTried && !isWhole && <p role="alert">{words.invalid}</p>}
        <FormActions submit={words.done} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
