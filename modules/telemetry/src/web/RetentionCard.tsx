import { Button, NumberInput } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import {
  Card,
  DataTable,
  formatDate,
  formatNumber,
  formatWhen,
  LinesSkeleton,
  ProblemAlert,
  Row,
  readerZone,
  useNowMs,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import {
  RETENTION_DAYS_MAX,
  RETENTION_DAYS_MIN,
  type RetainedClass,
  type RetentionRule,
  type SignalClass,
} from '../retention-contract.ts'
import { sizeText } from './local-time.ts'
import classes from './retention.module.css'
import { retentionPreviewQuery, retentionQuery, useChangeRetention } from './retention-queries.ts'
import { retentionTexts as words } from './retention-texts.ts'

type Days = 'rawDays' | 'minuteDays' | 'hourDays'
const HEADERS: Readonly<Record<Days, string>> = {
  rawDays: words.raw,
  minuteDays: words.minute,
  hourDays: words.hour,
}

/** The rules, one of each kind of signal, to be changed where one may. */
export function RetentionCard() {
  const { data, error } = useQuery(retentionQuery)
  return (
    <Card title={words.rules}>
      <p className={`second ${classes.intro}`}>{words.intro}</p>
      <ProblemAlert error={error} />
      {!data && !error && <LinesSkeleton lines={7} height={38} />}
      {data && <Rules key={data.items.map(({ changedAt }) => changedAt).join()} items={data.items} />}
    </Card>
  )
}

function Rules({ items }: { items: readonly RetainedClass[] }) {
  const [drafts, setDrafts] = useState<ReadonlyMap<SignalClass, RetentionRule>>(new Map())
  const changing = useChangeRetention()
  const mayWrite = useMay('telemetry:retention:write')
  const ruleOf = (item: RetainedClass) => drafts.get(item.class) ?? ruleIn(item)
  const set = (item: RetainedClass, days: Days, value: number) => {
    // States have single samples only: the rest of their rule follows.
    const all = item.class === 'state' ? { rawDays: value, minuteDays: value, hourDays: value } : { [days]: value }
    const next = { ...ruleOf(item), ...all }
    const others = [...drafts].filter(([of]) => of !== item.class)
    setDrafts(new Map(isSame(next, item) ? others : [...others, [item.class, next]]))
  }
  const changed = [...drafts.values()]
  const isSensible = changed.every(isRule)
  return (
    <>
      <DataTable
        label={words.rules}
        rows={items}
        rowKey={(item) => item.class}
        empty={null}
        columns={[
          {
            header: words.kind,
            phone: 'title',
            cell: (item) => (
              <span className={classes.what}>
                <b>{words.classes[item.class][0]}</b>
                <span className="small muted">{words.classes[item.class][1]}</span>
              </span>
            ),
          },
          {
            header: words.signals,
            phone: 'hidden',
            numeric: true,
            width: '80px',
            cell: (item) => formatNumber(item.signalCount, 0),
          },
          { header: words.takes, phone: 'value', numeric: true, width: '90px', cell: (item) => sizeText(item.bytes) },
          ...(['rawDays', 'minuteDays', 'hourDays'] as const).map((days) => ({
            header: HEADERS[days],
            phone: 'detail' as const,
            numeric: true,
            width: '112px',
            cell: (item: RetainedClass) =>
              item.class === 'state' && days !== 'rawDays' ? (
                <span className={classes.none}>–</span>
              ) : (
                <DaysField
                  label={words.field(words.classes[item.class][0], HEADERS[days])}
                  header={HEADERS[days]}
                  value={ruleOf(item)[days]}
                  readOnly={!mayWrite}
                  onChange={(value) => set(item, days, value)}
                />
              ),
          })),
        ]}
      />
      <div className={classes.after}>
        {changed.length > 0 && !isSensible && <p role="alert">{words.wrong}</p>}
        {changed.length > 0 && isSensible && <Preview rules={changed} />}
        <ProblemAlert error={changing.error} />
        {changed.length > 0 ? (
          <Row>
            <Button
              variant="filled"
              disabled={!isSensible}
              loading={changing.isPending}
              onClick={() => changing.mutate(changed)}
            >
              {words.change}
            </Button>
            <Button variant="subtle" onClick={() => setDrafts(new Map())}>
              {words.reset}
            </Button>
          </Row>
        ) : (
          <LastChange items={items} />
        )}
      </div>
    </>
  )
}

interface DaysFieldProps {
  readonly label: string
  readonly header: string
  readonly value: number
  readonly readOnly: boolean
  readonly onChange: (value: number) => void
}

function DaysField({ label, header, value, readOnly, onChange }: DaysFieldProps) {
  return (
    <span className={classes.days}>
      <span className={`small muted ${classes.daysHead}`}>{header}</span>
      {readOnly ? (
        formatNumber(value, 0)
      ) : (
        <NumberInput
          aria-label={label}
          size="xs"
          min={RETENTION_DAYS_MIN}
          max={RETENTION_DAYS_MAX}
          allowDecimal={false}
          clampBehavior="none"
          value={value}
          onChange={(next) => onChange(typeof next === 'number' ? next : Number(next) || 0)}
        />
      )}
    </span>
  )
}

/** What the change would do, before it is made. */
function Preview({ rules }: { rules: readonly RetentionRule[] }) {
  const { data, error } = useQuery(retentionPreviewQuery(rules))
  if (!data) return <ProblemAlert error={error} />
  const shortens = data.classes.some((one) => one.shortens)
  const oldestMs = Math.max(...data.classes.map((one) => one.oldestRawMs))
  return (
    <output>
      <p>
        {data.freedBytes > 0
          ? words.wouldFree(sizeText(data.freedBytes), formatDate(oldestMs, readerZone()))
          : words.freesNothing}
      </p>
      {shortens && <p className="second">{words.gone}</p>}
    </output>
  )
}

function LastChange({ items }: { items: readonly RetainedClass[] }) {
  const nowMs = useNowMs()
  const last = items
    .filter((item) => item.changedAt !== null)
    .toSorted((a, b) => (b.changedAt ?? '').localeCompare(a.changedAt ?? ''))[0]
  return (
    <p className="small muted">
      {last?.changedAt
        ? words.changedBy(last.changedByName ?? '', formatWhen(epochMs(last.changedAt), readerZone(), nowMs))
        : words.byDefault}
    </p>
  )
}

function ruleIn({ class: of, rawDays, minuteDays, hourDays }: RetainedClass): RetentionRule {
  return { class: of, rawDays, minuteDays, hourDays }
}

function isSame(rule: RetentionRule, item: RetainedClass): boolean {
  return rule.rawDays === item.rawDays && rule.minuteDays === item.minuteDays && rule.hourDays === item.hourDays
}

function isRule({ rawDays, minuteDays, hourDays }: RetentionRule): boolean {
  const isWithin = (days: number) => Number.isInteger(days) && days >= RETENTION_DAYS_MIN && days <= RETENTION_DAYS_MAX
  return [rawDays, minuteDays, hourDays].every(isWithin) && rawDays <= minuteDays && minuteDays <= hourDays
}
