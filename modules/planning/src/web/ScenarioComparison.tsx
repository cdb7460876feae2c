import { Card, formatRatio } from '@millrace/ui'
import type { ReactNode } from 'react'
import type { Scenario, ScenarioResult, Scenarios } from '../scenario-contract.ts'
import { COMPARED, difference, electricityIn } from './scenario-compare.ts'
import { scenarioTexts } from './scenario-texts.ts'
import classes from './scenarios.module.css'

const words = scenarioTexts.comparison

/** A scenario that has been computed. */
export type Computed = Scenario & { readonly result: ScenarioResult }

interface ComparisonProps {
  readonly base: Scenarios
  readonly chosen: readonly Computed[]
}

/** The plan as it is beside chosen scenarios: figures with their differences, orders that become late or are saved, load by machine. */
export function ScenarioComparison({ base, chosen }: ComparisonProps) {
  const heads = [
    { key: 'base', name: words.asIs as string },
    ...chosen.map(({ id, name }) => ({ key: id as string, name })),
  ]
  const loads = (of: Computed) => new Map(of.result.loads.map(({ workUnitId, loadRatio }) => [workUnitId, loadRatio]))
  const loadsOf = chosen.map(loads)
  const figures = base.figures
  const electricity = electricityIn(base.currency)
  if (!figures) return null
  return (
    <>
      <Card title={words.title}>
        <Side label={words.label} first={words.figure} heads={heads}>
          {COMPARED.map((figure) => (
            <Line key={figure.label} head={figure.label} heads={heads}>
              {[
                figure.text(figure.of(figures)),
                ...chosen.map(({ result }) => {
                  const value = figure.of(result.figures)
                  return (
                    <>
                      {figure.text(value)} <Difference by={difference(figure, value, figure.of(figures))} />
                    </>
                  )
                }),
              ]}
            </Line>
          ))}
          <Line head={words.electricity} heads={heads}>
            {[
              electricity.text(base.electricityCost),
              ...chosen.map(({ id, result: { electricityCost, baseElectricityCost } }) => (
                <span key={id}>
                  {electricity.text(electricityCost)}{' '}
                  <Difference by={difference(electricity, electricityCost, baseElectricityCost)} />
                </span>
              )),
            ]}
          </Line>
          <Line head={words.saved} heads={heads}>
            {['', ...chosen.map(({ result }) => numbers(result.diff.saved))]}
          </Line>
          <Line head={words.nowLate} heads={heads}>
            {['', ...chosen.map(({ result }) => numbers(result.diff.nowLate))]}
          </Line>
          <Line head={words.moved} heads={heads}>
            {['', ...chosen.map(({ result: { diff } }) => String(diff.moved + diff.added + diff.removed))]}
          </Line>
        </Side>
        <p className="small second">{words.hint}</p>
      </Card>
      <Card title={words.loads}>
        <Side label={words.loadsLabel} first={words.machine} heads={heads}>
          {base.loads.map(({ workUnitId, name, loadRatio }) => (
            <Line key={workUnitId} head={name} heads={heads}>
              {[loadRatio, ...loadsOf.map((loads) => loads.get(workUnitId) ?? null)].map((ratio, index) => (
                <Load key={heads[index]?.key} ratio={ratio} />
              ))}
            </Line>
          ))}
        </Side>
      </Card>
    </>
  )
}

/** A plan in its column. */
interface Head {
  readonly key: string
  readonly name: string
}

/** A table with a column for each plan; on a phone its lines are blocks. */
function Side({
  label,
  first,
  heads,
  children,
}: {
  label: string
  first: string
  heads: readonly Head[]
  children: ReactNode
}) {
  return (
    <table className={classes.side} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{first}</th>
          {heads.map(({ key, name }) => (
            <th key={key} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  )
}

function Line({ head, heads, children }: { head: string; heads: readonly Head[]; children: readonly ReactNode[] }) {
  return (
    <tr>
      <th scope="row">{head}</th>
      {heads.map(({ key, name }, index) => (
        <td key={key} data-label={name}>
          {children[index]}
        </td>
      ))}
    </tr>
  )
}

const MARKS = { better: '▲', worse: '▼', neither: '' } as const

function Difference({ by }: { by: ReturnType<typeof difference> }) {
  if (!by) return <span className="small second">{words.same}</span>
  return (
    <span className={`small ${by.verdict === 'worse' ? classes.worse : 'second'}`}>
      {by.text}
      {by.verdict !== 'neither' && (
        <>
          {' '}
          <span aria-hidden="true">{MARKS[by.verdict]}</span> {words[by.verdict]}
        </>
      )}
    </span>
  )
}

function Load({ ratio }: { ratio: number | null }) {
  if (ratio === null) return <span className="second">{words.ofMachine}</span>
  return (
    <span className={classes.load}>
      <span className={classes.bar} aria-hidden="true">
        <span style={{ width: `${Math.min(100, ratio * 100)}%` }} />
      </span>
      {formatRatio(ratio)}
    </span>
  )
}

const NUMBERS_MAX = 12

function numbers(list: readonly string[]): string {
  if (list.length === 0) return words.none
  const more = list.length - NUMBERS_MAX
  return `${list.slice(0, NUMBERS_MAX).join(', ')}${more > 0 ? ` +${more}` : ''}`
}
