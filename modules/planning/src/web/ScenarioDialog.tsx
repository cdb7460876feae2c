import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import { DAY_MS, instant } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { clockMs, Dialog, FormActions, LinesSkeleton, ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import { CHANGE_LIMIT, SCENARIO_BUDGET_S, type Scenario, type UnitLoad } from '../scenario-contract.ts'
import classes from './planning.module.css'
import { ordersQuery, productsQuery } from './queries.ts'
import { ScenarioChangeFields } from './ScenarioChangeFields.tsx'
import { type ChangeForm, type ChangeKind, changeOf, emptyChange } from './scenario-form.ts'
import { groupsQuery, useNewScenario } from './scenario-queries.ts'
import { scenarioTexts } from './scenario-texts.ts'
import scenarioClasses from './scenarios.module.css'
import { wallText } from './wall-moment.ts'

const words = scenarioTexts.dialog
const BUDGET_S_MAX = 60

interface ScenarioDialogProps {
  readonly siteId: string
  readonly timeZone: string
  readonly shifts: readonly string[]
  readonly units: readonly UnitLoad[]
  /** An order that is to go first, from a page that shows it late. */
  readonly order: { readonly id: string; readonly number: string } | undefined
  readonly onMade: (scenario: Scenario) => void
  readonly onClose: () => void
}

/** Says what would be different, and has it tried. */
export function ScenarioDialog({ siteId, timeZone, shifts, units, order, onMade, onClose }: ScenarioDialogProps) {
  const orders = useQuery(ordersQuery(siteId, 'open'))
  const products = useQuery(productsQuery(siteId))
  const groups = useQuery(groupsQuery(siteId))
  const create = useNewScenario()
  const tomorrow = wallText(instant(clockMs() + DAY_MS), timeZone).slice(0, 10)
  const [name, setName] = useState(order ? scenarioTexts.orderName(order.number) : '')
  const [budgetS, setBudgetS] = useState<number | string>(SCENARIO_BUDGET_S)
  const [isTried, setTried] = useState(false)
  const [forms, setForms] = useState<readonly ChangeForm[]>(
    order ? [{ ...emptyChange(0, 'other-order', tomorrow), orderId: order.id, priority: '1' }] : [],
  )
  const kinds = (Object.keys(words.kinds) as ChangeKind[]).map((kind) => ({ value: kind, label: words.kinds[kind] }))
  const changes = forms.flatMap((form) => changeOf(form, timeZone) ?? [])
  const isWhole = name.trim() !== '' && changes.length === forms.length && typeof budgetS === 'number' && budgetS >= 1
  const known = {
    ...{ timeZone, units, shifts, orders: orders.data?.items ?? [], products: products.data?.items ?? [] },
    groups: groups.data?.groups ?? [],
  }

  function change(key: number, part: Partial<ChangeForm>) {
    setForms(forms.map((form) => (form.key === key ? { ...form, ...part } : form)))
  }

  function add(kind: ChangeKind) {
    const key = Math.max(-1, ...forms.map((form) => form.key)) + 1
    setForms([...forms, emptyChange(key, kind, tomorrow)])
    if (name.trim() === '') setName(words.kinds[kind])
  }

  function send(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    if (!isWhole || typeof budgetS !== 'number') return
    create.mutate({ siteId: siteId as EquipmentId, name: name.trim(), changes, budgetS }, { onSuccess: onMade })
  }

  return (
    <Dialog title={words.title} onClose={onClose} wide>
      <ProblemAlert error={orders.error ?? products.error ?? groups.error} />
      {orders.isPending || products.isPending || groups.isPending ? (
        <LinesSkeleton lines={6} />
      ) : (
        <form className={classes.form} onSubmit={send} noValidate>
          {forms.length === 0 && <p className="second">{words.none}</p>}
          {forms.map((form, index) => (
            <fieldset key={form.key} className={scenarioClasses.change} aria-label={words.change(index + 1)}>
              <div className={scenarioClasses.changeHead}>
                <b>{words.kinds[form.kind]}</b>
                <Button
                  size="compact-xs"
                  variant="subtle"
                  aria-label={words.removeChange(index + 1)}
                  onClick={() => setForms(forms.filter((one) => one.key !== form.key))}
                >
                  {scenarioTexts.remove}
                </Button>
              </div>
              <ScenarioChangeFields form={form} known={known} onChange={(part) => change(form.key, part)} />
            </fieldset>
          ))}
          {forms.length < CHANGE_LIMIT && (
            <Select
              label={words.changes}
              placeholder={words.kind}
              data={kinds}
              value={null}
              onChange={(kind) => kind && add(kind as ChangeKind)}
            />
          )}
          <div className={classes.pair}>
            <TextInput label={words.name} value={name} maxLength={80} onChange={(e) => setName(e.target.value)} />
            <NumberInput
              label={words.budget}
              value={budgetS}
              min={1}
              max={BUDGET_S_MAX}
              allowDecimal={false}
              onChange={setBudgetS}
            />
          </div>
          {isTried && !isWhole && <p role="alert">{words.invalid}</p>}
          <ProblemAlert error={create.error} />
          <FormActions submit={words.compute} isPending={create.isPending} onCancel={onClose} />
        </form>
      )}
    </Dialog>
  )
}
