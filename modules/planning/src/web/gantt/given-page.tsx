import '@millrace/ui/styles.css'
import { MantineProvider } from '@mantine/core'
import { theme } from '@millrace/ui'
import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { applyChanges } from './apply.ts'
import { Gantt } from './Gantt.tsx'
import { givenOutcome } from './given-owner.ts'
import { givenPlan } from './given-plan.ts'
import { queretaro, sursee } from './given-plants.ts'
import type { GanttLens } from './model.ts'
import './given-report.ts'

// A Tuesday at 12:52 in Sursee; tests must see the same plan at any time.
const NOW_MS = Date.parse('2026-11-24T11:52:00Z')
const FRAME_LIMIT = 100_000

const query = new URLSearchParams(location.search)
const plant = query.get('plant') === 'queretaro' ? queretaro : sursee
const barCount = Number(query.get('bars') ?? 210)
const firstPlan = givenPlan({
  ...{ plant, nowMs: NOW_MS, barCount, times: barCount > 2000 ? 4 : 1 },
  ...(barCount > 2000 && { daysBefore: 14, daysAfter: 60 }),
})
window.gantt = { frames: [], renderings: 0, opened: [], bars: firstPlan.bars.length }

function Page() {
  const [plan, setPlan] = useState(firstPlan)
  const [lens, setLens] = useState<GanttLens>('resource')
  window.gantt.renderings++
  return (
    <main style={{ padding: 20 }}>
      <h1 style={{ marginBottom: 12 }}>{plant.name}, this week</h1>
      <Gantt
        name={`${plant.name}, this week`}
        plan={plan}
        nowMs={NOW_MS}
        lens={lens}
        onLens={setLens}
        mayEdit={query.get('may') !== 'read'}
        preview={(edit) => givenOutcome(plan, edit, NOW_MS)}
        onApply={(command) => {
          setPlan((present) => applyChanges(present, command))
          return undefined
        }}
        onOpen={(bar) => window.gantt.opened.push(bar.id)}
        onFrame={(report) => {
          if (window.gantt.frames.length < FRAME_LIMIT) window.gantt.frames.push(report)
        }}
      />
    </main>
  )
}

const host = document.getElementById('root')
if (!host) throw new Error('index.html has no element with the id root.')
createRoot(host).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
      withStaticClasses={false}
    >
      <Page />
    </MantineProvider>
  </StrictMode>,
)
