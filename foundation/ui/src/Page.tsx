import { Link } from '@tanstack/react-router'
import { Fragment, type ReactNode, useContext } from 'react'
import { createPortal } from 'react-dom'
import classes from './parts.module.css'
import { BreadcrumbHost } from './shell/breadcrumb.ts'

export interface Crumb {
  readonly text: string
  readonly to: string
}

interface PageProps {
  readonly title: ReactNode
  /** For the browser's tab and the end of the breadcrumb. */
  readonly name: string
  /** From the outermost to the parent of this page. */
  readonly crumbs?: readonly Crumb[]
  /** Beside the title: what is known about the whole page in one line. */
  readonly aside?: ReactNode
  /** Buttons at the end of the title's row. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page inside the shell: its name in tab and breadcrumb, its title, and its cards. */
export function Page({ title, name, crumbs = [], aside, actions, children }: PageProps) {
  const host = useContext(BreadcrumbHost)
  return (
    <div className={classes.page}>
      <title>{`${name} · Millrace`}</title>
      {host &&
        createPortal(
          <ol>
            {crumbs.map((crumb) => (
              <Fragment key={crumb.to}>
                <li>
                  <Link to={crumb.to}>{crumb.text}</Link> /
                </li>
              </Fragment>
            ))}
            <li aria-current="page">
              <b>{name}</b>
            </li>
          </ol>,
          host,
        )}
      <div className={classes.titleRow}>
        <h1>{title}</h1>
        {aside && <div className={classes.titleAside}>{aside}</div>}
        {actions && <div className={classes.titleActions}>{actions}</div>}
      </div>
      {children}
    </div>
  )
}

interface CardProps {
  readonly title?: ReactNode
  /** Quiet words at the end of the title's row. */
  readonly note?: ReactNode
  /** Buttons at the end of the title's row. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A raised sheet with a heading. */
export function Card({ title, note, actions, children }: CardProps) {
  return (
    <section className={classes.card}>
      {(title || note || actions) && (
        <div className={classes.cardHead}>
          {title && <h2>{title}</h2>}
          {note && <span className={`small muted ${classes.cardNote}`}>{note}</span>}
          {actions && <div className={classes.titleActions}>{actions}</div>}
        </div>
      )}
      {children}
    </section>
  )
}

interface ColumnsProps {
  readonly main: ReactNode
  readonly side: ReactNode
  /** On a phone: what to do comes before what it is about. */
  readonly sideFirst?: boolean
}

/** Two columns on a desk, one on a phone: what it is about, and what to do about it. */
export function Columns({ main, side, sideFirst = false }: ColumnsProps) {
  return (
    <div className={sideFirst ? `${classes.columns} ${classes.sideFirst}` : classes.columns}>
      <div className={classes.stack}>{main}</div>
      <div className={classes.stack}>{side}</div>
    </div>
  )
}

/** Cards side by side while there is room. */
export function CardGrid({ children }: { children: ReactNode }) {
  return <div className={classes.grid}>{children}</div>
}

/** Things under each other with the usual gap. */
export function Stacked({ children }: { children: ReactNode }) {
  return <div className={classes.stack}>{children}</div>
}

/** A row of words and buttons that may wrap. */
export function Row({ children }: { children: ReactNode }) {
  return <div className={classes.row}>{children}</div>
}

/** A big figure with its name, a bar against its target, and one line of context. */
export function Figure({
  label,
  children,
  bar,
  note,
}: {
  label: string
  children: ReactNode
  bar?: ReactNode
  note?: ReactNode
}) {
  return (
    <div className={classes.figure}>
      <div className={classes.figureLabel}>{label}</div>
      <div>{children}</div>
      {bar && <div className={classes.figureBar}>{bar}</div>}
      {note && <div className={`small muted ${classes.figureNote}`}>{note}</div>}
    </div>
  )
}

/** Says what will be here and how to fill it. */
export function EmptyState({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <p>{children}</p>
      {action}
    </div>
  )
}
