import classes from './values.module.css'

interface BulletBarProps {
  /** How much of the bar is filled, 0 to 1; null is drawn hatched. */
  readonly ratio: number | null
  /** Where the target or the usual value lies, 0 to 1. */
  readonly targetRatio?: number | null | undefined
  /** Coloured as abnormal. Say so in words beside it, too. */
  readonly bad?: boolean
  /** What the bar shows, for those who do not see it. */
  readonly label: string
}

/** One value against its target: the only kind of gauge we draw. */
export function BulletBar({ ratio, targetRatio, bad = false, label }: BulletBarProps) {
  const frame = ratio === null ? `${classes.bullet} ${classes.bulletNone}` : classes.bullet
  return (
    <span className={frame} role="img" aria-label={label}>
      {ratio !== null && (
        <span className={`${classes.bulletFill} ${bad ? classes.bulletBad : ''}`} style={{ width: percent(ratio) }} />
      )}
      {targetRatio !== null && targetRatio !== undefined && (
        <span className={classes.bulletTick} style={{ left: `calc(${percent(targetRatio)} - 1px)` }} />
      )}
    </span>
  )
}

function percent(ratio: number): string {
  return `${Math.min(1, Math.max(0, ratio)) * 100}%`
}
