import { demoStationsQuery, useEnrolDemoStation } from '@millrace/demo/web'
import {
  OwnPin,
  StationDoor,
  SwitchOperator,
  sessionQuery,
  stationPeopleQuery,
  stationQuery,
  useEnrolStation,
  useStationSignIn,
} from '@millrace/identity/web'
import { equipmentQuery } from '@millrace/plant/web'
import { LinesSkeleton, Logo, ProblemAlert, rootRoute } from '@millrace/ui'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { createRoute, Link, useLocation, useNavigate } from '@tanstack/react-router'
import { type ReactNode, Suspense } from 'react'
import { StationWork } from './StationWork.tsx'
import classes from './station.module.css'
import { texts } from './station-texts.ts'

export const stationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/station',
  loader: async ({ context: { queryClient } }) => {
    const [session] = await Promise.all([
      queryClient.ensureQueryData(sessionQuery),
      queryClient.ensureQueryData(stationQuery),
    ])
    if (session?.station) await queryClient.ensureQueryData(equipmentQuery)
  },
  component: StationPage,
})

/** A shared terminal: the way in for whoever comes next, and what that operator may do here. */
function StationPage() {
  const { data: session } = useSuspenseQuery(sessionQuery)
  const { data } = useSuspenseQuery(stationQuery)
  const code = useLocation().hash.replace(/^#/, '')
  const { station } = data
  if (code.startsWith('mrc_')) return <Enrolment code={code} />
  if (!station) return <NoStation mayAdminister={session?.permissions.includes('identity:station:write') ?? false} />
  const where = station.placeName === null ? station.enterpriseName : `${station.placeName}, ${station.enterpriseName}`
  if (!session?.station) {
    return (
      <Frame name={station.name} where={where}>
        <StationDoor onSignedIn={() => undefined}>{station.demo && <DemoOperators />}</StationDoor>
      </Frame>
    )
  }
  return (
    <Frame
      name={station.name}
      where={where}
      actions={
        <>
          <b className={classes.operator}>{session.person.name}</b>
          <SwitchOperator large />
        </>
      }
    >
      <Suspense fallback={<LinesSkeleton lines={8} height={48} />}>
        <StationWork placeId={station.placeId} />
      </Suspense>
      <div className={classes.foot}>
        <Link to="/plant/machines" className={classes.big}>
          {texts.allMachines}
        </Link>
        <OwnPin large />
      </div>
    </Frame>
  )
}

interface FrameProps {
  readonly name: string
  readonly where: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}

function Frame({ name, where, actions, children }: FrameProps) {
  return (
    <div className={classes.frame}>
      <title>{`${name} · Millrace`}</title>
      <header className={classes.top}>
        <Logo size={28} />
        <div className={classes.names}>
          <b>{name}</b>
          <span className="second">{where}</span>
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      <main className={classes.main}>{children}</main>
    </div>
  )
}

/** Asked first: a link that was opened to see what it is would be used up by that. */
function Enrolment({ code }: { code: string }) {
  const enrol = useEnrolStation()
  const navigate = useNavigate()
  return (
    <Frame name={texts.page} where={texts.product}>
      <section className={classes.notice}>
        <h1>{texts.enrol.ask}</h1>
        <p className="second">{texts.enrol.note}</p>
        <ProblemAlert error={enrol.error} />
        <button
          type="button"
          className={classes.bigMain}
          disabled={enrol.isPending}
          // The code leaves the address bar with the page it was for.
          onClick={() =>
            enrol.mutate(code, { onSuccess: () => void navigate({ to: '/station', hash: '', replace: true }) })
          }
        >
          {texts.enrol.submit}
        </button>
        <Link to="/station" hash="" replace className={classes.big}>
          {texts.enrol.leave}
        </Link>
      </section>
    </Frame>
  )
}

/** What to do with a browser that is no station. */
function NoStation({ mayAdminister }: { mayAdminister: boolean }) {
  return (
    <Frame name={texts.page} where={texts.product}>
      <section className={classes.notice}>
        <h1>{texts.none.title}</h1>
        <p className="second">{texts.none.how}</p>
        {mayAdminister ? (
          <Link to="/identity/stations" className={classes.bigMain}>
            {texts.none.administer}
          </Link>
        ) : (
          <Link to="/sign-in" search={{ next: '/identity/stations' }} className={classes.big}>
            {texts.none.signIn}
          </Link>
        )}
      </section>
      <DemoStations />
    </Frame>
  )
}

/** In the demo any browser may become one of its stations, to try it. */
function DemoStations() {
  const { data } = useQuery(demoStationsQuery)
  const enrol = useEnrolDemoStation()
  if (!data || data.items.length === 0) return null
  return (
    <section className={classes.notice}>
      <h2>{texts.demo.stations}</h2>
      <p className="second">{texts.demo.stationsNote}</p>
      <ProblemAlert error={enrol.error} />
      {data.items.map((station) => (
        <button
          key={station.id}
          type="button"
          className={classes.big}
          disabled={enrol.isPending}
          onClick={() => enrol.mutate(station.id)}
        >
          {station.name}
        </button>
      ))}
    </section>
  )
}

/** The demo's operators who work here, one press away: their PINs stand on the screen. */
function DemoOperators() {
  const { data } = useQuery(demoStationsQuery)
  const here = useQuery(stationPeopleQuery('')).data?.items ?? []
  const signIn = useStationSignIn()
  const pins = new Map<string, string>(data?.people.map(({ id, pin }) => [id, pin]))
  const people = here.map(({ id, name }) => ({ id, name, pin: pins.get(id) ?? '' })).filter(({ pin }) => pin !== '')
  if (people.length === 0) return null
  return (
    <section className={classes.demo}>
      <h2>{texts.demo.operators}</h2>
      <ProblemAlert error={signIn.error} />
      <ul className={classes.tries}>
        {people.map(({ id, name, pin }) => (
          <li key={id}>
            <button
              type="button"
              className={classes.big}
              disabled={signIn.isPending}
              onClick={() => signIn.mutate({ personId: id, pin })}
            >
              {texts.demo.operator(name, pin)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
