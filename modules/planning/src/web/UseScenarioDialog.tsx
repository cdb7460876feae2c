import { Button } from '@mantine/core'
import { Dialog, ProblemAlert, Row, Stacked } from '@millrace/ui'
import type { Scenario } from '../scenario-contract.ts'
import { useApplyScenario } from './scenario-queries.ts'
import { scenarioTexts } from './scenario-texts.ts'
import classes from './scenarios.module.css'

const words = scenarioTexts.useDialog

interface UseScenarioDialogProps {
  readonly scenario: Scenario
  readonly hasDraft: boolean
  readonly onUsed: () => void
  readonly onClose: () => void
}

/** What making a scenario real writes, and the button that does it. */
export function UseScenarioDialog({ scenario, hasDraft, onUsed, onClose }: UseScenarioDialogProps) {
  const use = useApplyScenario()
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
        <ProblemAlert error={use.error} />
        <Row>
          <Button variant="default" onClick={onClose}>
            {words.keep}
          </Button>
          <Button variant="filled" loading={use.isPending} onClick={() => use.mutate(id, { onSuccess: onUsed })}>
            {words.use}
          </Button>
        </Row>
      </Stacked>
    </Dialog>
  )
}
