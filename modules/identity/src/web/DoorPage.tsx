import { Logo } from '@millrace/ui'
import type { ReactNode } from 'react'
import classes from './identity.module.css'

/** A page for somebody who is not in yet: the mark, one heading, and what there is to do. */
export function DoorPage({ page, title, children }: { page: string; title: string; children: ReactNode }) {
  return (
    <main className={classes.signIn}>
      <title>{`${page} · Millrace`}</title>
      <div className={classes.signInBrand}>
        <Logo size={34} />
        <h1>{title}</h1>
      </div>
      {children}
    </main>
  )
}
