import { Button, TextInput } from '@mantine/core'
import type { EquipmentId } from '@millrace/plant/contract'
import { Card, DataTable, Dialog, formatNumber, ProblemAlert, Row } from '@millrace/ui'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { NewProduct, OperatorGroup, Product, ProductId, Step } from '../contract.ts'
import type { Tool } from '../resource-contract.ts'
import { useRemoveProduct, useSaveProduct } from './resource-queries.ts'
import { texts } from './resource-texts.ts'
import classes from './resources.module.css'
import { StepDialog } from './StepDialog.tsx'

const words = texts.routings

/** What the machines, tools and people of a plant are called. */
export interface PlantNames {
  readonly machines: readonly { readonly id: EquipmentId; readonly name: string }[]
  readonly capacity: { readonly tools: readonly Tool[]; readonly groups: readonly OperatorGroup[] }
}

interface RoutingEditorProps extends PlantNames {
  readonly product: NewProduct
  /** Undefined for a new one. */
  readonly id: ProductId | undefined
  readonly openOrderCount: number
  readonly mayWrite: boolean
  readonly onCopy: (product: NewProduct) => void
  readonly onSaved: (product: Product) => void
  readonly onGone: () => void
}

/** One product with the steps of its routing. */
export function RoutingEditor(props: RoutingEditorProps) {
  const { product, id, openOrderCount, mayWrite, onCopy, onSaved, onGone } = props
  const [draft, setDraft] = useState<NewProduct>({ ...product, steps: product.steps })
  const [stepAt, setStepAt] = useState<number>()
  const [isRemoving, setRemoving] = useState(false)
  const save = useSaveProduct()
  const remove = useRemoveProduct()
  const { siteId, code, name, family, steps } = draft
  const isChanged = id === undefined || JSON.stringify(bodyOf(draft)) !== JSON.stringify(bodyOf(product))
  const isWhole = code.trim() !== '' && name.trim() !== '' && family.trim() !== '' && steps.length > 0
  const setSteps = (next: readonly Step[]) => setDraft({ ...draft, steps: [...next] })
  const body = bodyOf({ siteId, code: code.trim(), name: name.trim(), family: family.trim(), steps })
  return (
    <Card
      title={id === undefined ? words.add : words.open(product.code)}
      note={id !== undefined && words.affects(openOrderCount)}
      actions={
        mayWrite &&
        id !== undefined && (
          <>
            <Button size="xs" variant="default" onClick={() => onCopy(draft)}>
              {words.copy}
            </Button>
            <Button size="xs" variant="default" onClick={() => setRemoving(true)}>
              {texts.remove}
            </Button>
          </>
        )
      }
    >
      <div className={classes.fields}>
        <TextInput
          {...{ label: words.code, value: code, maxLength: 60, readOnly: !mayWrite }}
          onChange={(e) => setDraft({ ...draft, code: e.target.value })}
        />
        <TextInput
          {...{ label: words.name, value: name, maxLength: 120, readOnly: !mayWrite }}
          onChange={(e) => setDraft({ ...draft, name: e.target.value })}
        />
        <TextInput
          {...{ label: words.family, value: family, maxLength: 60, readOnly: !mayWrite }}
          onChange={(e) => setDraft({ ...draft, family: e.target.value })}
        />
      </div>
      <Steps
        {...{ steps, mayWrite, machines: props.machines, capacity: props.capacity }}
        onEdit={setStepAt}
        onChange={setSteps}
      />
      <ProblemAlert error={save.error} />
      {save.isSuccess && !isChanged && (
        <p role="status">
          {texts.saved} <Link to="/planning/schedule">{texts.toSchedule}</Link>
        </p>
      )}
      {mayWrite && (
        <Row>
          <Button variant="default" size="xs" onClick={() => setStepAt(steps.length)}>
            {words.addStep}
          </Button>
          <Button
            variant="filled"
            size="xs"
            disabled={!isChanged || !isWhole}
            loading={save.isPending}
            onClick={() => save.mutate({ id, product: body }, { onSuccess: onSaved })}
          >
            {texts.save}
          </Button>
          {id === undefined && (
            <Button variant="subtle" size="xs" onClick={onGone}>
              {texts.cancel}
            </Button>
          )}
          {isChanged && <span className="second">{words.changed}</span>}
        </Row>
      )}
      {stepAt !== undefined && (
        <StepDialog
          {...{ machines: props.machines, capacity: props.capacity, family, step: steps[stepAt] }}
          onClose={() => setStepAt(undefined)}
          onDone={(step) => {
            setSteps(steps.toSpliced(stepAt, 1, step))
            setStepAt(undefined)
          }}
        />
      )}
      {isRemoving && id !== undefined && (
        <Dialog title={words.removeSure(product.code)} onClose={() => setRemoving(false)}>
          <p>
            {words.affects(openOrderCount)} {words.removeText}
          </p>
          <ProblemAlert error={remove.error} />
          <Row>
            <Button variant="default" onClick={() => setRemoving(false)}>
              {texts.cancel}
            </Button>
            <Button
              variant="filled"
              loading={remove.isPending}
              onClick={() => remove.mutate(id, { onSuccess: onGone })}
            >
              {texts.remove}
            </Button>
          </Row>
        </Dialog>
      )}
    </Card>
  )
}

function bodyOf({ siteId, code, name, family, steps }: NewProduct): NewProduct {
  return { siteId, code, name, family, steps }
}

interface StepsProps extends PlantNames {
  readonly steps: readonly Step[]
  readonly mayWrite: boolean
  readonly onEdit: (index: number) => void
  readonly onChange: (steps: readonly Step[]) => void
}

function Steps({ steps, machines, capacity, mayWrite, onEdit, onChange }: StepsProps) {
  const nameOf = (id: string) => machines.find((one) => one.id === id)?.name ?? words.unknownMachine
  const toolOf = (id: string) => capacity.tools.find((one) => one.id === id)?.name ?? words.unknownTool
  const moved = (from: number, to: number) => {
    const step = steps[from]
    if (step) onChange(steps.toSpliced(from, 1).toSpliced(to, 0, step))
  }
  return (
    <DataTable
      rows={steps.map((step, index) => ({ step, index }))}
      rowKey={({ index }) => index}
      label={words.stepLabel}
      empty={words.noSteps}
      columns={[
        { header: words.number, numeric: true, width: '40px', cell: ({ index }) => index + 1 },
        {
          header: words.step,
          phone: 'title',
          cell: ({ step, index }) =>
            mayWrite ? (
              <Button
                size="compact-sm"
                variant="subtle"
                aria-label={words.editStep(step.name)}
                onClick={() => onEdit(index)}
              >
                {step.name}
              </Button>
            ) : (
              step.name
            ),
        },
        { header: words.family, cell: ({ step }) => step.setupFamily },
        {
          header: words.where,
          phone: 'detail',
          cell: ({ step }) => (
            <>
              {step.alternatives
                .map(({ workUnitId, minutesPerPiece }) => `${nameOf(workUnitId)} ${formatNumber(minutesPerPiece, 2)}`)
                .join(', ')}
              {step.charge && (
                <div className="second small">
                  {words.charge(formatNumber(step.charge.minutes, 0), formatNumber(step.charge.loadPerPiece, 2))}
                </div>
              )}
            </>
          ),
        },
        {
          header: words.people,
          cell: ({ step: { operators } }) =>
            operators &&
            `${operators.count} ${operators.skill}${operators.time === 'setup' ? `, ${words.setupOnly}` : ''}`,
        },
        {
          header: words.needs,
          cell: ({ step: { tools = [] } }) => tools.map(({ toolId, count }) => `${count} ${toolOf(toolId)}`).join(', '),
        },
        { header: words.pauses, cell: ({ step }) => (step.splittable ? words.mayPause : words.whole) },
        {
          header: words.after,
          cell: ({ step: { waitMinutes, transferQuantity } }) =>
            [
              ...(waitMinutes === undefined ? [] : [words.wait(formatNumber(waitMinutes, 0))]),
              ...(transferQuantity === undefined ? [] : [words.passedOn(formatNumber(transferQuantity, 0))]),
            ].join(', '),
        },
        ...(mayWrite
          ? [
              {
                header: texts.actions,
                phone: 'value' as const,
                cell: ({ step, index }: { step: Step; index: number }) => (
                  <span className={classes.buttons}>
                    <Button
                      {...{ size: 'compact-xs', variant: 'default', 'aria-label': words.up(step.name) }}
                      disabled={index === 0}
                      onClick={() => moved(index, index - 1)}
                    >
                      ↑
                    </Button>
                    <Button
                      {...{ size: 'compact-xs', variant: 'default', 'aria-label': words.down(step.name) }}
                      disabled={index === steps.length - 1}
                      onClick={() => moved(index, index + 1)}
                    >
                      ↓
                    </Button>
                    <Button
                      {...{ size: 'compact-xs', variant: 'subtle', 'aria-label': words.removeStep(step.name) }}
                      onClick={() => onChange(steps.toSpliced(index, 1))}
                    >
                      ×
                    </Button>
                  </span>
                ),
              },
            ]
          : []),
      ]}
    />
  )
}
