import { useMay } from '@millrace/identity/web'
import { type PlaceTree, pageOf, placeText, usePlaceTree } from '@millrace/plant/web'
import { PriorityChip } from '@millrace/ui'
import { useQueries } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Signal } from '../contract.ts'
import { byMachine, type MachineNow, machineNow } from './machine.ts'
import { signalsQuery } from './queries.ts'
import classes from './telemetry.module.css'
import { texts } from './texts.ts'
import { useSignals } from './use-signals.ts'

/** Alarms shown by name; the rest is a number. */
const NAMED_LIMIT = 2

/** The bar at the bottom of every page: what is stopped or alarmed anywhere in the company, first out first. */
export function AlarmBar() {
  return useMay('telemetry:signal:read') ? <CompanyAlarms /> : null
}

function CompanyAlarms() {
  const tree = usePlaceTree()
  const sites = useQueries({ queries: tree.sites.map((site) => signalsQuery({ siteId: site.id })) })
  const alarms = companyAlarms(sites.flatMap((site) => site.data?.items ?? []))
  return (
    <div className={classes.alarms} role="status">
      {tree.sites.map((site) => (
        <SiteWatch key={site.id} siteId={site.id} />
      ))}
      {alarms.length === 0 && <span>{texts.alarms.none}</span>}
      {alarms.length > 0 && <PriorityChip priority={1}>{alarms.length}</PriorityChip>}
      {alarms.slice(0, NAMED_LIMIT).map((machine) => (
        <AlarmText key={machine.workUnitId} machine={machine} tree={tree} />
      ))}
      {alarms.length > NAMED_LIMIT && (
        <span className={`muted ${classes.alarmsEnd}`}>{texts.alarms.more(alarms.length - NAMED_LIMIT)}</span>
      )}
    </div>
  )
}

/** Keeps the signals of one plant up while the bar is on the screen. Draws nothing. */
function SiteWatch({ siteId }: { siteId: string }) {
  useSignals(useMemo(() => ({ siteId }), [siteId]))
  return null
}

function AlarmText({ machine, tree }: { machine: MachineNow; tree: PlaceTree }) {
  const item = tree.byId.get(machine.workUnitId)
  if (!item) return null
  return (
    <span className={classes.alarm}>
      <Link to={pageOf(item)}>
        {machine.alarm === '' ? texts.alarms.stopped(item.name) : `${item.name}: ${machine.alarm}`}
      </Link>
      <span className="muted second">{placeText(tree, item.id)}</span>
    </span>
  )
}

/** Machines that are stopped or alarmed, the first to become so first. */
function companyAlarms(signals: readonly Signal[]): MachineNow[] {
  return [...byMachine(signals)]
    .map(([workUnitId, own]) => machineNow(workUnitId, own))
    .filter((machine) => machine.state === 'stopped' || machine.alarm !== '')
    .sort((a, b) => (a.stateAtMs ?? 0) - (b.stateAtMs ?? 0))
}
