import { Card } from './Page.tsx'
import classes from './parts.module.css'
import { texts } from './texts.ts'

/** Grey lines in the shape of text or rows that are on their way. */
export function LinesSkeleton({ lines = 4, height = 14 }: { lines?: number; height?: number }) {
  return (
    <div className={classes.lines} aria-busy="true" role="status" aria-label={texts.loading}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
        <div key={line} className={classes.skeleton} style={{ height, width: `${100 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  )
}

/** A block of the size of what is on its way, such as a chart. */
export function BlockSkeleton({ height }: { height: number }) {
  return <div className={classes.skeleton} style={{ height }} role="status" aria-label={texts.loading} />
}

/** A page of cards that is on its way. */
export function PageSkeleton() {
  return (
    <div className={classes.page}>
      <div className={classes.skeleton} style={{ height: 26, width: 220 }} />
      <Card>
        <LinesSkeleton lines={5} />
      </Card>
      <Card>
        <LinesSkeleton lines={9} />
      </Card>
    </div>
  )
}
