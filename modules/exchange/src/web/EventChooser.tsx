import { Button, Checkbox } from '@mantine/core'
import { usePermissions } from '@millrace/identity/web'
import { LinesSkeleton, ProblemAlert, Row } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import type { EventTypeDetail } from '../contract.ts'
import classes from './exchange.module.css'
import { eventTypesQuery } from './queries.ts'
import { texts } from './texts.ts'

const words = texts.form

interface EventChooserProps {
  readonly value: readonly string[]
  readonly onChange: (value: string[]) => void
  /** Whether the webhook belongs to one place, where what concerns no plant never happens. */
  readonly local: boolean
  readonly error?: string | undefined
}

/** The events, each as a sentence. What one may not see oneself cannot be sent elsewhere. */
export function EventChooser({ value, onChange, local, error }: EventChooserProps) {
  const query = useQuery(eventTypesQuery)
  const held = usePermissions()
  if (query.isPending) return <LinesSkeleton lines={5} />
  if (!query.data) return <ProblemAlert error={query.error} />
  const types = query.data.items
  const whyNot = (type: EventTypeDetail) =>
    held.has(type.permission) ? (local && type.companyWide ? words.companyWide : undefined) : words.notYours
  const open = types.filter((type) => whyNot(type) === undefined).map(({ type }) => type)
  return (
    <Checkbox.Group label={words.events} value={[...value]} onChange={onChange} error={error}>
      <div className={classes.events}>
        <Row>
          <Button size="compact-xs" variant="subtle" onClick={() => onChange(open)}>
            {words.all}
          </Button>
          <Button size="compact-xs" variant="subtle" onClick={() => onChange([])}>
            {words.none}
          </Button>
        </Row>
        {types.map((type) => (
          <Checkbox
            key={type.type}
            value={type.type}
            label={type.title}
            description={whyNot(type) ?? type.type}
            // What is chosen already can be taken away, whoever chose it.
            disabled={whyNot(type) !== undefined && !value.includes(type.type)}
          />
        ))}
      </div>
    </Checkbox.Group>
  )
}
