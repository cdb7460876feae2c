import { Stepper } from '@mantine/core'
import { sessionQuery, welcomeQuery } from '@millrace/identity/web'
import { connectionsQuery, equipmentQuery } from '@millrace/plant/web'
import { Logo, rootRoute } from '@millrace/ui'
import { createRoute, Link, redirect, useNavigate } from '@tanstack/react-router'
import { texts } from '../texts.ts'
import { CompanyStep } from './CompanyStep.tsx'
import { ConnectionStep } from './ConnectionStep.tsx'
import classes from './first-run.module.css'
import { MachineStep } from './MachineStep.tsx'
import { SiteStep } from './SiteStep.tsx'
import { nextStep, STEPS, type WizardSearch, wizardSearch } from './wizard.ts'

export const firstRunRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/first-run',
  validateSearch: wizardSearch,
  beforeLoad: async ({ context: { queryClient }, search }) => {
    const session = await queryClient.fetchQuery(sessionQuery)
    if (!session) {
      const welcome = await queryClient.fetchQuery(welcomeQuery)
      if (!welcome.mayFound) throw redirect({ to: '/sign-in', search: {} })
      if (search.step !== 'company') throw redirect({ to: '/first-run', search: { step: 'company' }, replace: true })
      return
    }
    if (search.step !== undefined && search.step !== 'company') return
    const [{ items: equipment }, { items: connections }] = await Promise.all([
      queryClient.fetchQuery(equipmentQuery),
      queryClient.fetchQuery(connectionsQuery),
    ])
    const next = nextStep({ equipment, connections })
    throw next ? redirect({ to: '/first-run', search: next, replace: true }) : redirect({ to: '/overview' })
  },
  component: FirstRunPage,
})

/** Company, plant, connection, machine: four short steps, each kept on the server as soon as it is done. */
function FirstRunPage() {
  const search = firstRunRoute.useSearch()
  const navigate = useNavigate()
  const go = (next: WizardSearch) => void navigate({ to: '/first-run', search: next })
  const done = () => void navigate({ to: '/overview' })
  const step = search.step ?? 'company'
  return (
    <main className={classes.page}>
      <title>{`${texts.firstRun.page} · Millrace`}</title>
      <div className={classes.brand}>
        <Logo size={34} />
        <div>
          <h1>{step === 'company' ? texts.firstRun.title : texts.firstRun.addTitle}</h1>
          <p className="second">{texts.firstRun.intro}</p>
        </div>
        {step !== 'company' && (
          <Link className={classes.leave} to="/overview">
            {texts.firstRun.connection.later}
          </Link>
        )}
      </div>
      <Stepper
        active={STEPS.indexOf(step)}
        size="sm"
        allowNextStepsSelect={false}
        classNames={{ steps: classes.steps ?? '' }}
      >
        {STEPS.map((name) => (
          <Stepper.Step key={name} label={texts.firstRun.steps[name]} allowStepSelect={false} />
        ))}
      </Stepper>
      {step === 'company' && <CompanyStep onDone={() => go({ step: 'site' })} />}
      {step === 'site' && <SiteStep onDone={(site) => go({ step: 'connection', site })} />}
      {step === 'connection' && search.site !== undefined && (
        <ConnectionStep
          siteId={search.site}
          onDone={(connection) => go({ step: 'machine', site: search.site ?? '', connection })}
          onLater={done}
        />
      )}
      {step === 'machine' && search.site !== undefined && search.connection !== undefined && (
        <MachineStep siteId={search.site} connectionId={search.connection} onDone={done} />
      )}
    </main>
  )
}
