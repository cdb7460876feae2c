import { ActionIcon, Menu, Tooltip, useMantineColorScheme } from '@mantine/core'
import { Link, Outlet, useLocation, useRouteContext } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useNowMs } from '../clock.ts'
import { formatAge } from '../format.ts'
import { Logo, MoonIcon, MoreIcon, SearchIcon, SunIcon } from '../icons.tsx'
import { useLiveStatus } from '../live.ts'
import type { AppContext, NavigationEntry, NavigationGroup } from '../module.ts'
import { Panels } from '../Panels.tsx'
import { PartBoundary } from '../PartBoundary.tsx'
import { texts } from '../texts.ts'
import { BreadcrumbHost } from './breadcrumb.ts'
import classes from './shell.module.css'
import { useNavigationEntries } from './useNavigationEntries.ts'
import { useShellKeys } from './useShellKeys.ts'

const Search = lazy(() => import('./Search.tsx').then((module) => ({ default: module.Search })))
const Shortcuts = lazy(() => import('./Shortcuts.tsx').then((module) => ({ default: module.Shortcuts })))

const GROUPS: readonly NavigationGroup[] = ['make', 'keep', 'govern']
/** A thumb reaches five entries. */
const PHONE_ENTRY_LIMIT = 5

/** Navigation, top bar and alarm bar around every page. */
export function Shell() {
  const { assembly } = useRouteContext({ strict: false }) as AppContext
  const [crumbs, setCrumbs] = useState<HTMLElement | null>(null)
  const navigation = useNavigationEntries()
  const { open, show, close } = useShellKeys(navigation)
  const { Account, Alarms } = assembly
  return (
    <BreadcrumbHost value={crumbs}>
      <div className={classes.shell}>
        <a className={classes.skip} href="#page">
          {texts.skip}
        </a>
        <Navigation entries={navigation} />
        <header className={classes.top}>
          <nav className={classes.crumbs} ref={setCrumbs} aria-label={texts.breadcrumb} />
          <button
            type="button"
            className={classes.search}
            aria-label={`${texts.search.placeholder} ${texts.search.keys}`}
            onClick={() => show('search')}
          >
            <span>{texts.search.placeholder}</span> <kbd>{texts.search.keys}</kbd>
            <i className={classes.searchIcon}>
              <SearchIcon size={20} />
            </i>
          </button>
          <LiveMark />
          <ThemeToggle />
          <Account />
        </header>
        <main className={classes.main} id="page" tabIndex={-1}>
          <Panels place="shell/banner" subjectId="" pending={null} />
          <Outlet />
        </main>
        <section className={classes.bar} aria-label={texts.alarms}>
          <PartBoundary quiet>
            <Suspense>
              <Alarms />
            </Suspense>
          </PartBoundary>
        </section>
        <PhoneNavigation entries={navigation} />
      </div>
      <Suspense>
        {open === 'search' && <Search entries={navigation} onClose={close} />}
        {open === 'shortcuts' && <Shortcuts entries={navigation} onClose={close} />}
      </Suspense>
    </BreadcrumbHost>
  )
}

function Navigation({ entries }: { entries: readonly NavigationEntry[] }) {
  return (
    <nav className={classes.nav} aria-label={texts.navigation}>
      <Link to="/" className={classes.brand}>
        <Logo />
        Millrace
      </Link>
      {entries
        .filter((entry) => entry.group === undefined)
        .map((entry) => (
          <EntryLink key={entry.to} entry={entry} />
        ))}
      {GROUPS.map((group) => {
        const within = entries.filter((entry) => entry.group === group)
        if (within.length === 0) return null
        return (
          <div key={group}>
            <div className={classes.group}>{texts.groups[group]}</div>
            {within.map((entry) => (
              <EntryLink key={entry.to} entry={entry} />
            ))}
          </div>
        )
      })}
    </nav>
  )
}

function EntryLink({ entry }: { entry: NavigationEntry }) {
  const isHere = useIsHere()
  return (
    <Link to={entry.to} className={classes.entry} {...(isHere(entry) && { 'data-status': 'active' })}>
      <entry.Icon />
      {entry.text}
      {entry.Count && (
        <span className={classes.count}>
          <entry.Count />
        </span>
      )}
    </Link>
  )
}

/** Whether the page shown belongs to an entry. */
function useIsHere(): (entry: NavigationEntry) => boolean {
  const { pathname } = useLocation()
  return ({ to, covers = [] }) => [to, ...covers].some((start) => pathname.startsWith(start))
}

/** The entries of daily work within reach of the thumb; behind the last one all others. */
function PhoneNavigation({ entries }: { entries: readonly NavigationEntry[] }) {
  const wanted = entries.filter((entry) => entry.onPhone)
  const all = entries.length <= PHONE_ENTRY_LIMIT && wanted.length === entries.length
  const shown = all ? wanted : wanted.slice(0, PHONE_ENTRY_LIMIT - 1)
  return (
    <nav className={classes.phoneNav} aria-label={texts.navigation}>
      {shown.map((entry) => (
        <Link key={entry.to} to={entry.to} className={classes.phoneEntry}>
          <entry.Icon size={20} />
          {entry.text}
        </Link>
      ))}
      {!all && <MoreEntries entries={entries.filter((entry) => !shown.includes(entry))} />}
    </nav>
  )
}

function MoreEntries({ entries }: { entries: readonly NavigationEntry[] }) {
  const here = entries.some(useIsHere())
  return (
    <Menu position="top-end" width={260}>
      <Menu.Target>
        <button type="button" className={classes.phoneEntry} data-status={here ? 'active' : undefined}>
          <MoreIcon size={20} />
          {texts.more}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {[undefined, ...GROUPS].map((group) => {
          const within = entries.filter((entry) => entry.group === group)
          if (within.length === 0) return null
          return (
            <div key={group ?? ''}>
              {group && <Menu.Label>{texts.groups[group]}</Menu.Label>}
              {within.map((entry) => (
                <Menu.Item key={entry.to} component={Link} to={entry.to} leftSection={<entry.Icon />} py={11}>
                  {entry.text}
                </Menu.Item>
              ))}
            </div>
          )
        })}
      </Menu.Dropdown>
    </Menu>
  )
}

/** How old the newest data of this page are, or that the connection is gone. */
function LiveMark() {
  const status = useLiveStatus()
  const nowMs = useNowMs()
  if (status.state === 'lost') {
    const text =
      status.heardAtMs === undefined ? texts.live.lostNever : texts.live.lost(formatAge(nowMs - status.heardAtMs))
    return (
      <div className={`${classes.live} ${classes.lost}`} role="status">
        {text}
      </div>
    )
  }
  const newestAtMs = status.newestSampleAtMs
  return (
    <div className={classes.live} title={texts.live.ageTitle}>
      <i className={classes.liveDot} data-state={status.state} />
      {status.state === 'connecting' ? texts.live.connecting : texts.live.live}
      {status.state === 'live' && newestAtMs !== undefined && `, ${formatAge(nowMs - newestAtMs)}`}
    </div>
  )
}

function ThemeToggle() {
  // Without them Mantine would put a style sheet into the page, which the content policy forbids.
  const { setColorScheme, colorScheme } = useMantineColorScheme({ keepTransitions: true })
  const dark = colorScheme === 'dark' || (colorScheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  const text = dark ? texts.theme.toLight : texts.theme.toDark
  return (
    <Tooltip label={text}>
      <ActionIcon aria-label={text} size="md" onClick={() => setColorScheme(dark ? 'light' : 'dark')}>
        {dark ? <SunIcon /> : <MoonIcon />}
      </ActionIcon>
    </Tooltip>
  )
}
