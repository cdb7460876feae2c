import { ActionIcon, Autocomplete, TextInput } from '@mantine/core'
import { type BillRow, quantityPerOf, scrapOf } from './bill-form.ts'
import { definitionTexts } from './definition-texts.ts'
import classes from './materials.module.css'

const words = definitionTexts.bill

interface BillRowFieldsProps {
  readonly row: BillRow
  /** Steps that other components are taken at. */
  readonly stepNames: readonly string[]
  /** What stands against this component. */
  readonly problem: string | undefined
  readonly isTried: boolean
  readonly onChange: (row: BillRow) => void
  readonly onRemove: () => void
}

/** One component of a bill that is being changed. */
export function BillRowFields({ row, stepNames, problem, isTried, onChange, onRemove }: BillRowFieldsProps) {
  const { component, quantityPer, scrapPercent, stepName } = row
  const labels = { label: classes.billLabel ?? '' }
  return (
    <fieldset className={classes.billRow} aria-label={words.component(component.name, component.unit)}>
      <div className={classes.billName}>
        <b>{component.name}</b> <span className="second small">{component.code}</span>
      </div>
      <TextInput
        classNames={labels}
        label={words.quantityPer}
        inputMode="decimal"
        rightSection={<span className="second small">{component.unit}</span>}
        value={quantityPer}
        maxLength={14}
        error={isTried && quantityPerOf(quantityPer) === undefined && words.badQuantity}
        onChange={(e) => onChange({ ...row, quantityPer: e.target.value })}
      />
      <TextInput
        classNames={labels}
        label={words.scrap}
        inputMode="decimal"
        value={scrapPercent}
        maxLength={10}
        error={isTried && scrapOf(scrapPercent) === undefined && words.badScrap}
        onChange={(e) => onChange({ ...row, scrapPercent: e.target.value })}
      />
      <Autocomplete
        classNames={labels}
        label={words.step}
        value={stepName}
        data={[...stepNames]}
        maxLength={60}
        placeholder={words.firstStep}
        onChange={(value) => onChange({ ...row, stepName: value })}
      />
      <ActionIcon className={classes.billRemove} aria-label={words.remove(component.name)} onClick={onRemove}>
        ×
      </ActionIcon>
      {problem !== undefined && (
        <p className={classes.billProblem} role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  )
}
