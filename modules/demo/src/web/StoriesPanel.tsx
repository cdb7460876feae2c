import { Button } from '@mantine/core'
import { useMay } from '@millrace/identity/web'
import { BulletBar, Card, DataTable, formatNumber, formatRatio, ProblemAlert, Row } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import type { Story } from '../contract.ts'
import classes from './demo.module.css'
import { demoCompanyQuery, storiesQuery, useMoveStory } from './queries.ts'
import { texts } from './texts.ts'

/** Each press makes a story this much faster, up to what the simulator allows. */
const FASTER_FACTOR = 10
const SPEED_MAX = 600

/** The simulator's stories: start, speed up and reset; only with the demo company. */
export function StoriesPanel() {
  const may = useMay('demo:story:read')
  const company = useQuery({ ...demoCompanyQuery, enabled: may })
  if (!may || company.data === undefined) return null
  if (company.data.state === 'present') return <Stories />
  return (
    <Card title={texts.stories.title}>
      <p className="second">{texts.company[company.data.state]}</p>
    </Card>
  )
}

function Stories() {
  const query = useQuery(storiesQuery)
  const may = useMay('demo:story:write')
  const move = useMoveStory()
  const words = texts.stories
  return (
    <Card title={words.title} note={words.note}>
      <ProblemAlert error={move.error ?? query.error} />
      <DataTable
        label={words.title}
        rows={query.data?.items ?? []}
        rowKey={(story) => story.id}
        empty={words.empty}
        columns={[
          { header: words.story, cell: (story) => <b>{story.title}</b>, phone: 'title' },
          { header: words.machine, cell: (story) => story.machine },
          { header: words.progress, cell: (story) => <HowFar story={story} />, phone: 'value' },
          {
            header: words.speed,
            cell: (story) => <span className="second">{speedText(story)}</span>,
          },
          ...(may
            ? [
                {
                  header: words.moves,
                  phone: 'detail' as const,
                  cell: (story: Story) => <Moves story={story} move={move} />,
                },
              ]
            : []),
        ]}
      />
    </Card>
  )
}

function HowFar({ story }: { story: Story }) {
  return (
    <span className={classes.far}>
      <BulletBar label={story.title} ratio={story.severityRatio} />
      <span className="number">{formatRatio(story.severityRatio)}</span>
    </span>
  )
}

function speedText(story: Story): string {
  if (!story.active) return texts.stories.resting
  return story.speed === 1 ? texts.stories.real : texts.stories.times(formatNumber(story.speed, 0))
}

function Moves({ story, move }: { story: Story; move: ReturnType<typeof useMoveStory> }) {
  const words = texts.stories
  const busy = move.isPending && move.variables.id === story.id
  const faster = Math.min(SPEED_MAX, story.speed * FASTER_FACTOR)
  return (
    <Row>
      {!story.active && (
        <Button size="compact-sm" disabled={busy} onClick={() => move.mutate({ id: story.id, action: 'start' })}>
          {words.start}
        </Button>
      )}
      {story.active && (
        <Button
          size="compact-sm"
          disabled={busy || story.speed >= SPEED_MAX}
          onClick={() => move.mutate({ id: story.id, action: 'speed', speed: faster })}
        >
          {words.faster}
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="subtle"
        disabled={busy}
        onClick={() => move.mutate({ id: story.id, action: 'reset' })}
      >
        {words.reset}
      </Button>
    </Row>
  )
}
