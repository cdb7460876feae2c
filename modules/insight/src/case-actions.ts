import type { SetPoint } from '@millrace/control/contract'
import type { Action } from './contract.ts'
import type { CaseEvent } from './machine-watch.ts'
import { isOut } from './observation.ts'

/** Where a case happens, and what can be done there. */
export interface CasePlace {
  readonly currency: string
  /** The present value of each set-point's signal, as far as known. */
  readonly setPoints: readonly PlaceSetPoint[]
}

export interface PlaceSetPoint {
  readonly setPoint: SetPoint
  readonly measurand: string
  readonly present: number | undefined
}

/** A worn tool or a sick spindle is spared with so much of the present feed, in steps of so many per cent. */
const SPARING_SHARE = 0.85
const FEED_STEP = 5
const MORE_COOLING_SHARE = 1.3
/** A leak loses in proportion to the pressure: so much less, until it is found. */
const LESS_PRESSURE_BAR = 0.5

/** What could be done about a case: suggested first. */
export function actionsFor({ cause, observations }: CaseEvent, { setPoints }: CasePlace): Action[] {
  const named = (name: string) => setPoints.find(({ setPoint }) => setPoint.name === name)
  const write = (what: PlaceSetPoint | undefined, wanted: (present: number) => number) => what && proposal(what, wanted)
  const feed = setPoints.find(({ measurand }) => measurand === 'feed-override')
  const slower = write(feed, (present) => Math.round((present * SPARING_SHARE) / FEED_STEP) * FEED_STEP)
  switch (cause) {
    case 'tool-wear':
      return known(
        slower,
        write(named('tool-change'), () => 1),
        !named('tool-change') && ask('Change the tool.'),
      )
    case 'bearing':
      return known(ask('Plan a change of the spindle bearing this week and keep a spare ready.'), slower)
    case 'imbalance':
      return known(ask('Clean the tool holder and balance the spindle at the next stop.'), slower)
    case 'sensor-fault': {
      const [first] = observations
      const other = first?.twin?.signal.title
      if (!first) return []
      const check = other
        ? `Compare ${first.signal.title} and ${other} with a reference, and replace the one that is off.`
        : `Check the sensor of ${first.signal.title} and its wiring.`
      return [ask(check)]
    }
    case 'energy-waste': {
      if (!observations.some(({ aspect }) => aspect === 'quiet'))
        return [ask('Look for what takes the power: a blocked filter, a stiff drive, something left on.')]
      const lower = write(named('pressure-set-point'), (present) => present - LESS_PRESSURE_BAR)
      return known(ask('Find the leak while the plant is quiet, and close it.'), lower)
    }
    case 'process-drift': {
      const warm = observations.some(
        (one) => isOut(one) && one.signal.measurand === 'temperature' && one.verdict.direction === 'up',
      )
      const cooler = warm && write(named('cooling-water-flow'), (present) => Math.round(present * MORE_COOLING_SHARE))
      return known(cooler, ask(warm ? 'Clean the cooler and its filter.' : 'Look at the machine during this shift.'))
    }
    case 'unusual':
      return [ask('Look at the machine when there is time.')]
  }
}

function known(...actions: (Action | false | undefined)[]): Action[] {
  return actions.filter((action) => action !== undefined && action !== false)
}

function ask(text: string): Action {
  return { type: 'request', text }
}

/** A proposal to write a value, inside what the set-point allows; undefined when the present is not known or stays. */
function proposal({ setPoint, present }: PlaceSetPoint, wanted: (present: number) => number): Action | undefined {
  if (present === undefined) return undefined
  const { min, max, maxStep } = setPoint
  const step = maxStep ?? Number.POSITIVE_INFINITY
  const near = Math.min(present + step, Math.max(present - step, wanted(present)))
  const value = Math.round(Math.min(max, Math.max(min, near)) * 100) / 100
  if (value === present) return undefined
  return { type: 'set-point', setPointId: setPoint.id, title: setPoint.title, value, min, max, unit: setPoint.unit }
}
