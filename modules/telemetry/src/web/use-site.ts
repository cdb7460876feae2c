import { DAY_MS, HOUR_MS, MINUTE_MS } from '@millrace/base'
import { machinesBelow, usePlace, useShift } from '@millrace/plant/web'
import { useNowMs } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { drawingPower, type MachineNow, machineNow } from './machine.ts'
import { envelopesQuery } from './queries.ts'
import { countIncrease } from './samples.ts'
import { useSignalsByMachine } from './use-signals.ts'
import { sinceMs, useStates } from './use-states.ts'

const SHIFT_POINTS = 48
/** The same weekday a week ago is what a plant compares with. */
const USUAL_MS = 7 * DAY_MS

/** A machine with its strip, for the rows of a place. */
export interface MachineRow extends MachineNow {
  readonly name: string
  readonly sinceMs: number | undefined
  /** Good parts in the shown hours; null when nobody counts. */
  readonly output: number | null
}

/** Everything a page says about a plant, area or work center now and in its shift. */
export function usePlaceNow(placeId: string) {
  const { tree, item, site, detail } = usePlace(placeId)
  const shift = useShift(detail)
  const equipment = useMemo(() => machinesBelow(tree, placeId), [tree, placeId])
  const { machines: signals, loading, error } = useSignalsByMachine(site.id)
  const machines = useMemo(
    () =>
      equipment.map((machine) => ({ name: machine.name, ...machineNow(machine.id, signals.get(machine.id) ?? []) })),
    [equipment, signals],
  )
  const states = useStates(machines, shift)
  const output = useOutput(machines, shift.fromMs)
  const rows: MachineRow[] = machines.map((machine) => ({
    ...machine,
    sinceMs: sinceMs(states.intervalsOf(machine.workUnitId)),
    output: output.of(machine.workUnitId),
  }))
  const drawing = useMemo(
    () => new Set(drawingPower(item.level, equipment).map((one) => one.id as string)),
    [item.level, equipment],
  )
  const consumers = machines.filter((machine) => drawing.has(machine.workUnitId))
  const powers = consumers.flatMap((machine) => machine.powerKw ?? [])
  return {
    tree,
    item,
    site,
    detail,
    shift,
    rows,
    intervalsOf: states.intervalsOf,
    loading: loading || states.loading,
    error,
    output: output.now,
    usualOutput: output.usual,
    powerKw: powers.length === 0 ? null : powers.reduce((sum, power) => sum + power, 0),
    usualPowerKw: useUsualPower(consumers),
  }
}

/** Good parts since the start of the shift, and what it was a week ago by the same time. */
function useOutput(machines: readonly MachineNow[], fromMs: number) {
  const nowMs = Math.floor(useNowMs() / MINUTE_MS) * MINUTE_MS
  const key = machines.flatMap((machine) => machine.goodCount?.series ?? []).join(',')
  const series = useMemo(() => (key === '' ? [] : key.split(',').map(Number)), [key])
  const toMs = Math.max(nowMs, fromMs + MINUTE_MS)
  const now = useQuery(envelopesQuery({ series, fromMs, toMs }, SHIFT_POINTS))
  const usual = useQuery(envelopesQuery({ series, fromMs: fromMs - USUAL_MS, toMs: toMs - USUAL_MS }, SHIFT_POINTS))
  const bySeries = new Map(now.data?.map((envelope) => [envelope.series, envelope]))
  const of = (workUnitId: string): number | null => {
    const signal = machines.find((machine) => machine.workUnitId === workUnitId)?.goodCount
    const envelope = signal && bySeries.get(signal.series)
    return envelope ? countIncrease(envelope, signal.latest) : null
  }
  const counted = machines.flatMap((machine) => of(machine.workUnitId) ?? [])
  const before = (usual.data ?? []).map((envelope) => countIncrease(envelope))
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  return {
    of,
    now: counted.length === 0 ? null : sum(counted),
    usual: sum(before) > 0 ? sum(before) : null,
  }
}

/** What the machines drew together at this time a week ago, over an hour. */
function useUsualPower(machines: readonly MachineNow[]): number | null {
  const nowMs = Math.floor(useNowMs() / (10 * MINUTE_MS)) * 10 * MINUTE_MS
  const key = machines.flatMap((machine) => machine.power?.series ?? []).join(',')
  const series = useMemo(() => (key === '' ? [] : key.split(',').map(Number)), [key])
  const middleMs = nowMs - USUAL_MS
  const range = { series, fromMs: middleMs - HOUR_MS / 2, toMs: middleMs + HOUR_MS / 2 }
  const { data } = useQuery(envelopesQuery(range, 2))
  const means = (data ?? []).flatMap(({ mean, count }) => {
    const samples = count.reduce((total, value) => total + value, 0)
    if (samples === 0) return []
    return [mean.reduce((total, value, index) => total + value * (count[index] ?? 0), 0) / samples]
  })
  return means.length === 0 ? null : means.reduce((total, value) => total + value, 0)
}

/** Machines that stopped, the longest stop first. */
export function openStops<T extends { state: string | null; sinceMs: number | undefined }>(rows: readonly T[]): T[] {
  return rows.filter((row) => row.state === 'stopped').sort((a, b) => (a.sinceMs ?? 0) - (b.sinceMs ?? 0))
}

/** Worst first: stopped, alarmed, silent, then the rest in the plant's order. */
export function worstFirst<T extends MachineNow>(rows: readonly T[]): T[] {
  const rank = (row: T) => {
    if (row.state === 'stopped') return 0
    if (row.alarm !== '') return 1
    return row.stateSignal !== undefined && row.state === null ? 2 : 3
  }
  return [...rows].sort((a, b) => rank(a) - rank(b))
}
