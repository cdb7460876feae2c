import { Stepper } from '@mantine/core'
import { Logo } from '@millrace/ui'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { texts } from '../texts.ts'
import { CompanyStep } from './CompanyStep.tsx'
import { ConnectionStep } from './ConnectionStep.tsx'
import classes from './first-run.module.css'
import { MachineStep } from './MachineStep.tsx'
import { SiteStep } from './SiteStep.tsx'
import { STEPS, type WizardSearch } from './wizard.ts'

/** Company, plant, connection, machine: four short steps, each kept on the server as soon as it is done. */
export function FirstRunPage() {
  const search = useSearch({ strict: false }) as WizardSearch
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
