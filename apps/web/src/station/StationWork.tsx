import { type Finding, useLiveFindings, useOpenFindings } from '@millrace/insight/web'
import { machinesBelow, pageOf, usePlaceTree } from '@millrace/plant/web'
import { Panels, PartBoundary, PriorityChip, priorityLevel } from '@millrace/ui'
import { Link } from '@tanstack/react-router'
import classes from './station.module.css'
import { texts } from './station-texts.ts'

/** The most urgent ones; the others are on the pages of their machines. */
const FINDING_COUNT = 6

/** What there is to do at the place of a station: its machines, and the findings that wait for a decision. */
export function StationWork({ placeId }: { placeId: string }) {
  useLiveFindings()
  const tree = usePlaceTree()
  const machines = machinesBelow(tree, placeId)
  const open = useOpenFindings()
  const here = open?.filter((finding) => machines.some((machine) => machine.id === finding.workUnitId))
  const nameOf = (id: string) => tree.byId.get(id)?.name ?? ''
  return (
    <div className={classes.work}>
      <h1 className="visually-hidden">{texts.work.title}</h1>
      <section className={classes.sheet} aria-labelledby="station-machines">
        <h2 id="station-machines">{texts.work.machines}</h2>
        {machines.length === 0 && <p className="second">{texts.work.noMachines}</p>}
        <ul className={classes.rows}>
          {machines.map((machine) => {
            const count = here?.filter((finding) => finding.workUnitId === machine.id).length ?? 0
            return (
              <li key={machine.id}>
                <Link to={pageOf(machine)} className={classes.machine}>
                  <b>{machine.name}</b>
                  <span className={classes.state}>
                    <PartBoundary quiet>
                      <Panels place="plant/place-row" subjectId={machine.id} pending={null} />
                    </PartBoundary>
                  </span>
                  {count > 0 && <span className="second">{texts.work.open(count)}</span>}
                </Link>
              </li>
            )
          })}
        </ul>
      </section>
      {here && (
        <section className={classes.sheet} aria-labelledby="station-findings">
          <h2 id="station-findings">{texts.work.findings}</h2>
          {here.length === 0 && <p className="second">{texts.work.noFindings}</p>}
          <ul className={classes.rows}>
            {here.slice(0, FINDING_COUNT).map((finding) => (
              <FindingRow key={finding.id} finding={finding} machine={nameOf(finding.workUnitId)} />
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

function FindingRow({ finding, machine }: { finding: Finding; machine: string }) {
  return (
    <li className={classes.finding}>
      <div className={classes.what}>
        <PriorityChip priority={priorityLevel(finding.priority)} />
        <b>
          {machine}: {finding.title}
        </b>
      </div>
      <p className="second">{finding.reason}</p>
      <Link to={`/insight/findings/${finding.id}`} className={classes.big}>
        {texts.work.decide}
      </Link>
    </li>
  )
}
