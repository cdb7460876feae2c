import { formatRatio } from '@millrace/ui'
import type { CSSProperties } from 'react'
import { weekNumber } from '../week-rules.ts'
import type { WeekLoad, WeeklyCapacity } from '../weekly-capacity-contract.ts'
import { texts } from './capacity-texts.ts'
import classes from './forecast.module.css'

export type CapacityView = 'wanted' | 'planned'

export interface CellPlace {
  readonly groupId: string
  readonly weekOn: string
}

interface CapacityMapProps {
  readonly capacity: WeeklyCapacity
  readonly view: CapacityView
  readonly chosen: CellPlace | undefined
  readonly onChoose: (place: CellPlace) => void
}

/** Overload below this is rounding. */
const OVER_RATIO = 1.005

/** Load of machines and people by week, as shares of their hours: darker is fuller, framed is too much. */
export function CapacityMap({ capacity, view, chosen, onChoose }: CapacityMapProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways has to be reached by keyboard
    <section className={classes.heat} aria-label={texts.map} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.group}</th>
            {capacity.weeks.map((weekOn) => (
              <th key={weekOn} scope="col">
                {texts.week(weekNumber(weekOn))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {capacity.groups.map((group) => (
            <tr key={group.id}>
              <th scope="row" title={group.name}>
                {group.name}
              </th>
              {group.weeks.map((week) => (
                <td key={week.weekOn}>
                  <Cell
                    name={group.name}
                    week={week}
                    view={view}
                    isChosen={chosen?.groupId === group.id && chosen.weekOn === week.weekOn}
                    onChoose={() => onChoose({ groupId: group.id, weekOn: week.weekOn })}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface CellProps {
  readonly name: string
  readonly week: WeekLoad
  readonly view: CapacityView
  readonly isChosen: boolean
  readonly onChoose: () => void
}

function Cell({ name, week, view, isChosen, onChoose }: CellProps) {
  const load = view === 'wanted' ? week.wantedHours : week.plannedHours
  const ratio = week.hours === 0 ? (load > 0 ? Number.POSITIVE_INFINITY : 0) : load / week.hours
  const text = week.hours === 0 ? texts.closed : formatRatio(ratio)
  return (
    <button
      type="button"
      className={classes.cell}
      style={{ '--load': String(Math.min(1, ratio)) } as CSSProperties}
      aria-label={texts.cell(name, weekNumber(week.weekOn), text)}
      aria-pressed={isChosen}
      {...(ratio > OVER_RATIO && { 'data-over': true })}
      {...(view === 'planned' && week.isBottleneck && { 'data-full': true })}
      onClick={onChoose}
    >
      {week.hours === 0 ? '–' : text}
    </button>
  )
}
