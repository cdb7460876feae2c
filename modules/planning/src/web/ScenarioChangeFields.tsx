import { Chip, Group, Input, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { formatDate } from '@millrace/ui'
import type { OperatorGroup, Product, ProductionOrder } from '../contract.ts'
import type { UnitLoad } from '../scenario-contract.ts'
import classes from './planning.module.css'
import type { ChangeForm } from './scenario-form.ts'
import { scenarioTexts } from './scenario-texts.ts'

const words = scenarioTexts.dialog

/** What a change can be about. */
export interface Known {
  readonly timeZone: string
  readonly units: readonly UnitLoad[]
  readonly orders: readonly ProductionOrder[]
  readonly products: readonly Product[]
  readonly groups: readonly OperatorGroup[]
  readonly shifts: readonly string[]
}

interface FieldsProps {
  readonly form: ChangeForm
  readonly known: Known
  readonly onChange: (part: Partial<ChangeForm>) => void
}

/** The fields of one change, by its kind. */
export function ScenarioChangeFields(props: FieldsProps) {
  switch (props.form.kind) {
    case 'extra-work':
      return <ExtraWork {...props} />
    case 'machine-away':
      return <MachineAway {...props} />
    case 'rush-order':
      return <RushOrder {...props} />
    case 'other-order':
      return <OtherOrder {...props} />
    case 'people':
      return <People {...props} />
    case 'other-machine':
      return <OtherMachine {...props} />
  }
}

const machines = ({ units }: Known) => units.map(({ workUnitId, name }) => ({ value: workUnitId, label: name }))
const products = ({ products }: Known) =>
  products.map(({ id, code, name }) => ({ value: id, label: `${code} ${name}` }))

function ExtraWork({ form, known, onChange }: FieldsProps) {
  return (
    <>
      <div className={classes.pair}>
        <TextInput
          type="date"
          label={words.from}
          value={form.fromOn}
          onChange={({ target }) =>
            onChange({ fromOn: target.value, ...(form.untilOn < target.value && { untilOn: target.value }) })
          }
        />
        <TextInput
          type="date"
          label={words.until}
          value={form.untilOn}
          min={form.fromOn}
          onChange={({ target }) => onChange({ untilOn: target.value })}
        />
      </div>
      {form.fromOn !== form.untilOn && (
        <Input.Wrapper label={words.weekdays} labelElement="div">
          <Chip.Group
            multiple
            value={form.weekdays.map(String)}
            onChange={(days) => onChange({ weekdays: days.map(Number) })}
          >
            <Group gap={4} role="group" aria-label={words.weekdays}>
              {words.days.map((day, index) => (
                <Chip key={day} size="xs" value={String(index + 1)}>
                  {day}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
      )}
      <div className={classes.pair}>
        <TextInput
          type="time"
          label={words.startTime}
          value={form.startTime}
          onChange={({ target }) => onChange({ startTime: target.value })}
        />
        <TextInput
          type="time"
          label={words.endTime}
          value={form.endTime}
          onChange={({ target }) => onChange({ endTime: target.value })}
        />
      </div>
      <MultiSelect
        label={words.machines}
        placeholder={form.workUnitIds.length === 0 ? words.allMachines : ''}
        searchable
        maxValues={20}
        data={machines(known)}
        value={[...form.workUnitIds]}
        onChange={(workUnitIds) => onChange({ workUnitIds })}
      />
    </>
  )
}

function MachineAway({ form, known, onChange }: FieldsProps) {
  return (
    <>
      <Select
        label={words.machine}
        searchable
        data={machines(known)}
        value={form.workUnitId}
        onChange={(workUnitId) => onChange({ workUnitId })}
      />
      <div className={classes.pair}>
        <TextInput
          type="datetime-local"
          label={words.from}
          value={form.from}
          onChange={({ target }) => onChange({ from: target.value })}
        />
        <TextInput
          type="datetime-local"
          label={words.until}
          value={form.until}
          onChange={({ target }) => onChange({ until: target.value })}
        />
      </div>
    </>
  )
}

function RushOrder({ form, known, onChange }: FieldsProps) {
  return (
    <>
      <div className={classes.pair}>
        <TextInput
          label={words.number}
          value={form.number}
          maxLength={40}
          onChange={({ target }) => onChange({ number: target.value })}
        />
        <NumberInput
          label={words.quantity}
          value={form.quantity}
          min={1}
          max={10_000_000}
          allowDecimal={false}
          onChange={(quantity) => onChange({ quantity })}
        />
      </div>
      <Select
        label={words.product}
        searchable
        data={products(known)}
        value={form.productId}
        onChange={(productId) => onChange({ productId })}
      />
      <div className={classes.pair}>
        <TextInput
          type="datetime-local"
          label={words.due}
          value={form.due}
          onChange={({ target }) => onChange({ due: target.value })}
        />
        <Priority form={form} onChange={onChange} fallback="1" />
      </div>
    </>
  )
}

function OtherOrder({ form, known, onChange }: FieldsProps) {
  const label = ({ number, productName, dueAt }: ProductionOrder) =>
    `${number} ${productName}, ${words.due.toLowerCase()} ${formatDate(epochMs(dueAt), known.timeZone)}`
  return (
    <>
      <Select
        label={words.order}
        searchable
        data={known.orders.map((order) => ({ value: order.id, label: label(order) }))}
        value={form.orderId}
        onChange={(orderId) => onChange({ orderId })}
      />
      <div className={classes.pair}>
        <Priority form={form} onChange={onChange} fallback={null} />
        <NumberInput
          label={words.quantity}
          placeholder={words.asItIs}
          value={form.quantity}
          min={1}
          max={10_000_000}
          allowDecimal={false}
          onChange={(quantity) => onChange({ quantity })}
        />
      </div>
      <TextInput
        type="datetime-local"
        label={words.due}
        description={words.asItIs}
        value={form.due}
        onChange={({ target }) => onChange({ due: target.value })}
      />
    </>
  )
}

/** @param fallback what is meant when nothing is chosen; null: what it is now */
function Priority({
  form,
  onChange,
  fallback,
}: Pick<FieldsProps, 'form' | 'onChange'> & { readonly fallback: string | null }) {
  return (
    <Select
      label={words.priority}
      {...(fallback === null && { placeholder: words.asItIs, clearable: true })}
      data={words.priorities.map((label, index) => ({ value: String(index + 1), label }))}
      value={form.priority ?? fallback}
      onChange={(priority) => onChange({ priority })}
    />
  )
}

function People({ form, known, onChange }: FieldsProps) {
  const group = known.groups.find(({ id }) => id === form.groupId)
  const countIn = (groupId: string | null, shift: string | null) =>
    known.groups.find(({ id }) => id === groupId)?.headcounts.find((one) => one.shift === shift)?.count ?? ''
  return (
    <>
      <Select
        label={words.group}
        data={known.groups.map(({ id, name }) => ({ value: id, label: name }))}
        value={form.groupId}
        onChange={(groupId) => onChange({ groupId, count: countIn(groupId, form.shift) })}
      />
      <div className={classes.pair}>
        <Select
          label={words.shift}
          data={[...new Set([...(group?.headcounts.map(({ shift }) => shift) ?? []), ...known.shifts])]}
          value={form.shift}
          onChange={(shift) => onChange({ shift, count: countIn(form.groupId, shift) })}
        />
        <NumberInput
          label={words.count}
          value={form.count}
          min={0}
          max={1000}
          allowDecimal={false}
          onChange={(count) => onChange({ count })}
        />
      </div>
    </>
  )
}

function OtherMachine({ form, known, onChange }: FieldsProps) {
  const product = known.products.find(({ id }) => id === form.productId)
  const step = product?.steps[Number(form.position ?? 0) - 1]
  const taken = new Set<string>(step?.alternatives.map(({ workUnitId }) => workUnitId))
  return (
    <>
      <Select
        label={words.product}
        searchable
        data={products(known)}
        value={form.productId}
        onChange={(productId) => onChange({ productId, position: null, minutes: '' })}
      />
      <div className={classes.pair}>
        <Select
          label={words.step}
          data={
            product?.steps.map(({ name }, index) => ({ value: String(index + 1), label: `${index + 1} ${name}` })) ?? []
          }
          value={form.position}
          onChange={(position) =>
            onChange({
              position,
              minutes: product?.steps[Number(position ?? 0) - 1]?.alternatives[0]?.minutesPerPiece ?? '',
            })
          }
        />
        <NumberInput
          label={words.minutes}
          value={form.minutes}
          min={0.001}
          max={10_000}
          decimalScale={3}
          onChange={(minutes) => onChange({ minutes })}
        />
      </div>
      <Select
        label={words.machine}
        searchable
        data={machines(known).filter(({ value }) => !taken.has(value))}
        value={form.workUnitId}
        onChange={(workUnitId) => onChange({ workUnitId })}
      />
    </>
  )
}
