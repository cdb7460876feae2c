import { Button } from '@mantine/core'
import { isProblem } from '@millrace/base'
import { Dialog, ProblemAlert, Row, Stacked } from '@millrace/ui'
import { type Scenario, scenarioStale } from '../scenario-contract.ts'
import { useApplyScenario, useRecomputeScenario } from './scenario-queries.ts'
import { scenarioTexts } from './scenario-texts.ts'
import classes from './scenarios.module.css'

const words = scenarioTexts.useDialog

interface UseScenarioDialogProps {
  readonly scenario: Scenario
  readonly hasDraft: boolean
  readonly onUsed: () => void
  readonly onClose: () => void
}

/** What making a scenario real writes, and the button that does it; when the plan has gone on meanwhile, the one that computes it anew. */
export function UseScenarioDialog({ scenario, hasDraft, onUsed, onClose }: UseScenarioDialogProps) {
  const use = useApplyScenario()
  const recompute = useRecomputeScenario()
  const { id, name, texts } = scenario
  return (
    <Dialog title={words.title(name)} onClose={onClose}>
      <Stacked>
        <p>{words.intro}</p>
        <ul className={classes.write}>
          {texts.map((text) => (
            <li key={text}>{text}</li>
          ))}
          <li>{words.draft}</li>
        </ul>
        {hasDraft && <p>{words.replaces}</p>}
        <ProblemAlert error={recompute.error ?? use.error} />
        <Row>
          <Button variant="default" onClick={onClose}>
            {words.keep}
          </Button>
          {isProblem(use.error, scenarioStale) ? (
            <Button
              variant="filled"
              loading={recompute.isPending}
              onClick={() => recompute.mutate(id, { onSuccess: onClose })}
            >
              {scenarioTexts.again}
            </Button>
          ) : (
            <Button variant="filled" loading={use.isPending} onClick={() => use.mutate(id, { onSuccess: onUsed })}>
              {words.use}
            </Button>
          )}
        </Row>
      </Stacked>
    </Dialog>
  )
}
