import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { useMayAt } from '@millrace/identity/web'
import { equipmentQuery, SiteSelect, useCompanyName, usePlaceTree } from '@millrace/plant/web'
import {
  BlockSkeleton,
  Card,
  EmptyState,
  formatRatio,
  formatWhen,
  Page,
  Panels,
  ProblemAlert,
  Row,
  Stacked,
  shellRoute,
  useNowMs,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Proposal, Schedule } from '../schedule-contract.ts'
import { AbsenceDialog } from './AbsenceDialog.tsx'
import { AppliedNotes } from './AppliedNotes.tsx'
import { EnergyCard } from './EnergyCard.tsx'
import { FencesDialog } from './FencesDialog.tsx'
import { Figures } from './Figures.tsx'
import { fenceTexts } from './fence-texts.ts'
import { LateOrders } from './LateOrders.tsx'
import { PolicyDialog } from './PolicyDialog.tsx'
import { ProposalCard } from './ProposalCard.tsx'
import { PublishDialog } from './PublishDialog.tsx'
import classes from './planning.module.css'
import { scheduleQuery, useCancelPlanning, useDiscardDraft, useLiveSchedule, useStartPlanning } from './queries.ts'
import { texts as reactions } from './reaction-texts.ts'
import { ScheduleBoard } from './ScheduleBoard.tsx'
import { scenarioTexts } from './scenario-texts.ts'
import { texts } from './texts.ts'

const words = texts.schedule

export const scheduleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/planning/schedule',
  validateSearch: ({ site }: Record<string, unknown>): { site?: string } => (typeof site === 'string' ? { site } : {}),
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: SchedulePage,
})

/** What is made when on which machine: the draft with everything that changes it, or the published plan. */
function SchedulePage() {
  const search = scheduleRoute.useSearch()
  const tree = usePlaceTree()
  const company = useCompanyName()
  const navigate = useNavigate()
  const site = tree.sites.find(({ id }) => id === search.site) ?? tree.sites[0]
  const crumbs = [{ text: company, to: '/overview' }]
  if (!site) {
    return (
      <Page name={words.title} title={words.title} crumbs={crumbs}>
        <Card>
          <EmptyState>{words.noSite}</EmptyState>
        </Card>
      </Page>
    )
  }
  const choice = (
    <SiteSelect
      siteId={site.id}
      onChoose={(chosen) => void navigate({ to: '/planning/schedule', search: { site: chosen }, replace: true })}
    />
  )
  return <SiteSchedule key={site.id} siteId={site.id} name={site.name} crumbs={crumbs} choice={choice} />
}

function SiteSchedule({
  siteId,
  name,
  crumbs,
  choice,
}: {
  siteId: string
  name: string
  crumbs: { text: string; to: string }[]
  choice: React.ReactNode
}) {
  const query = useQuery(scheduleQuery(siteId))
  const navigate = useNavigate()
  const start = useStartPlanning(siteId)
  const cancel = useCancelPlanning(siteId)
  const discard = useDiscardDraft(siteId)
  const mayPlan = useMayAt('planning:schedule:plan', siteId)
  const mayPublish = useMayAt('planning:schedule:publish', siteId)
  const [isPublishing, setPublishing] = useState(false)
  const [isFencing, setFencing] = useState(false)
  const [orderId, setOrderId] = useState<string>()
  const [shownKey, setShownKey] = useState<string>()
  const [dialog, setDialog] = useState<'absence' | 'policy'>()
  const mayReport = useMayAt('planning:order:write', siteId)
  useLiveSchedule(siteId)
  const schedule = query.data
  const isRunning = schedule?.run?.state === 'running'
  const hasDraft = schedule?.shown === 'draft'
  return (
    <Page
      name={words.title}
      title={words.title}
      crumbs={crumbs}
      aside={schedule && <PlanState schedule={schedule} />}
      actions={
        <Row>
          {choice}
          {schedule && schedule.shown !== 'none' && (
            <Button size="xs" variant="default" onClick={() => setFencing(true)}>
              {fenceTexts.open}
            </Button>
          )}
          {mayPlan && schedule && schedule.shown !== 'none' && (
            <Button
              size="xs"
              variant="default"
              onClick={() => void navigate({ to: '/planning/scenarios', search: { site: siteId, try: 'new' } })}
            >
              {scenarioTexts.add}
            </Button>
          )}
          {mayPlan && hasDraft && schedule.publishedAt !== null && !isRunning && (
            <Button size="xs" variant="default" loading={discard.isPending} onClick={() => discard.mutate(undefined)}>
              {words.discard}
            </Button>
          )}
          {mayPlan && schedule && !isRunning && (
            <Button
              size="xs"
              variant={hasDraft && mayPublish ? 'default' : 'filled'}
              disabled={schedule.orders.length === 0}
              loading={start.isPending}
              onClick={() => start.mutate(undefined)}
            >
              {schedule.shown === 'none' ? words.plan : words.planAgain}
            </Button>
          )}
          {mayPublish && hasDraft && !isRunning && (
            <Button size="xs" variant="filled" onClick={() => setPublishing(true)}>
              {words.review}
            </Button>
          )}
        </Row>
      }
    >
      <ProblemAlert error={query.error ?? start.error ?? cancel.error ?? discard.error} />
      {query.isPending && (
        <Card>
          <BlockSkeleton height={460} />
        </Card>
      )}
      {schedule && (
        <Stacked>
          {isRunning && <Running schedule={schedule} onCancel={mayPlan ? () => cancel.mutate(undefined) : undefined} />}
          {schedule.run?.state === 'failed' && <p role="alert">{schedule.run.detail}</p>}
          {schedule.proposals.map((proposal) => (
            <ProposalCard
              key={keyOf(proposal)}
              proposal={proposal}
              timeZone={schedule.timeZone}
              mayDecide={mayPlan && !isRunning}
              isShown={keyOf(proposal) === shownKey}
              onShow={(isShown) => setShownKey(isShown ? keyOf(proposal) : undefined)}
            />
          ))}
          <AppliedNotes schedule={schedule} mayTakeBack={mayPublish && !isRunning} />
          {schedule.operations.length === 0 ? (
            <Card>
              <EmptyState action={<Link to="/planning/orders">{words.toOrders}</Link>}>{words.noOrders}</EmptyState>
            </Card>
          ) : (
            <>
              {schedule.shown === 'none' && !isRunning && (
                <Card>
                  <EmptyState>{mayPlan ? words.noPlan(schedule.orders.length) : words.mayNotPlan}</EmptyState>
                </Card>
              )}
              {schedule.shown !== 'none' && <Figures figures={schedule.figures} />}
              <Card>
                <ScheduleBoard
                  name={words.ganttName(name)}
                  schedule={schedule}
                  mayEdit={mayPlan && !isRunning}
                  proposal={schedule.proposals.find((one) => keyOf(one) === shownKey)}
                  mayPublish={mayPublish}
                  onOpen={setOrderId}
                />
              </Card>
              {schedule.shown !== 'none' && <EnergyCard siteId={siteId} mayPlan={mayPlan && !isRunning} />}
              {schedule.shown !== 'none' && (
                <LateOrders schedule={schedule} chosenId={orderId} onChoose={setOrderId} mayPlan={mayPlan} />
              )}
            </>
          )}
          <Row>
            {mayReport && (
              <Button size="xs" variant="default" onClick={() => setDialog('absence')}>
                {reactions.absence.open}
              </Button>
            )}
            {mayPublish && (
              <Button size="xs" variant="default" onClick={() => setDialog('policy')}>
                {reactions.policy.open}
              </Button>
            )}
          </Row>
          <Panels place="planning/schedule" subjectId={siteId} />
        </Stacked>
      )}
      {dialog === 'absence' && schedule && <AbsenceDialog schedule={schedule} onClose={() => setDialog(undefined)} />}
      {dialog === 'policy' && schedule && <PolicyDialog schedule={schedule} onClose={() => setDialog(undefined)} />}
      {isFencing && <FencesDialog siteId={siteId} mayChange={mayPublish} onClose={() => setFencing(false)} />}
      {isPublishing && schedule && <PublishDialog schedule={schedule} onClose={() => setPublishing(false)} />}
    </Page>
  )
}

/** What a proposal is about: one that is made anew stays open as the one before it was. */
function keyOf({ cause, subject }: Proposal): string {
  return `${cause} ${subject}`
}

/** What is shown, in one line beside the title. */
function PlanState({ schedule }: { schedule: Schedule }) {
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  const { publishedAt, publishedBy, shown, diff, timeZone } = schedule
  const parts = [
    ...(publishedAt ? [words.published(formatWhen(epochMs(publishedAt), timeZone, nowMs), publishedBy ?? '')] : []),
    ...(shown === 'draft' ? [diff ? words.draft(diff.moved + diff.added + diff.removed) : words.firstDraft] : []),
  ]
  return <>{parts.join(', ')}</>
}

function Running({ schedule, onCancel }: { schedule: Schedule; onCancel: (() => void) | undefined }) {
  const { run } = schedule
  if (!run) return null
  const late = run.lateCount === null ? words.searching : words.lateSoFar(run.lateCount)
  return (
    <Card>
      <div className={classes.run} role="status">
        <Row>
          <span>{words.planning(formatRatio(run.progressRatio), late)}</span>
          {onCancel && (
            <Button size="xs" variant="default" onClick={onCancel}>
              {words.cancel}
            </Button>
          )}
        </Row>
        <progress value={run.progressRatio} max={1} aria-label={words.title} />
      </div>
    </Card>
  )
}
