import { Link } from '@tanstack/react-router'
import classes from './parts.module.css'

export interface Tab {
  readonly to: string
  readonly text: string
}

/**
 * Pages that belong together, side by side above each of them. They are links: each has its address, opens in a new
 * window, and is reached by Tab like any other. On a narrow screen they wrap.
 */
export function Tabs({ tabs, label }: { tabs: readonly Tab[]; label: string }) {
  return (
    <nav className={classes.tabs} aria-label={label}>
      {tabs.map(({ to, text }) => (
        <Link key={to} to={to} className={classes.tab}>
          {text}
        </Link>
      ))}
    </nav>
  )
}
