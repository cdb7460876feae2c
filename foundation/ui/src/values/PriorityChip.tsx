import type { ReactNode } from 'react'
import { texts } from '../texts.ts'
import classes from './values.module.css'

export type PriorityLevel = 1 | 2 | 3 | 4

const SHAPES: Record<PriorityLevel, ReactNode> = {
  1: <rect width="10" height="10" fill="currentColor" />,
  2: <path d="M5 0l5 10H0z" fill="currentColor" />,
  3: <path d="M5 0l5 5-5 5-5-5z" fill="currentColor" />,
  4: <circle cx="5" cy="5" r="5" fill="currentColor" />,
}
const CHIPS: Record<PriorityLevel, string | undefined> = {
  1: classes.priority1,
  2: classes.priority2,
  3: classes.priority3,
  4: classes.priority4,
}

/** A number from the wire as a priority; what is out of range is the lowest. */
export function priorityLevel(value: number): PriorityLevel {
  return value === 1 || value === 2 || value === 3 ? value : 4
}

/** Square, triangle, diamond, circle: the priority for those who do not see its colour. */
export function PriorityShape({ priority }: { priority: PriorityLevel }) {
  return (
    <svg aria-hidden="true" width="10" height="10" viewBox="0 0 10 10">
      {SHAPES[priority]}
    </svg>
  )
}

/** A priority with shape, colour and word. The word is the priority's own unless something more useful is given. */
export function PriorityChip({ priority, children }: { priority: PriorityLevel; children?: ReactNode }) {
  return (
    <span className={`${classes.chip} ${CHIPS[priority]}`}>
      <PriorityShape priority={priority} />
      <span className={classes.chipText}>{children ?? texts.priority[priority]}</span>
    </span>
  )
}

/** A grey word for what is neither good nor bad: a state, a kind. */
export function QuietChip({ children }: { children: ReactNode }) {
  return <span className={`${classes.chip} ${classes.quiet}`}>{children}</span>
}
