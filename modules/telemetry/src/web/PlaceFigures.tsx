import { BulletBar, Figure, formatDuration, formatNumber, useNowMs, ValueText } from '@millrace/ui'
import classes from './telemetry.module.css'
import { texts } from './texts.ts'
import { openStops, type usePlaceNow } from './use-site.ts'

/** Four figures of a place: machines running, output and power against the usual, open stops. */
export function PlaceFigures({ now }: { now: ReturnType<typeof usePlaceNow> }) {
  const nowMs = useNowMs()
  const { rows, output, usualOutput, powerKw, usualPowerKw, shift } = now
  const known = rows.filter((row) => row.stateSignal !== undefined)
  const running = known.filter((row) => row.state === 'running').length
  const silent = known.filter((row) => row.state === null).length
  const stops = openStops(rows)
  const [longest] = stops
  const top = Math.max(output ?? 0, usualOutput ?? 0) * 1.06 || 1
  const powerTop = Math.max(powerKw ?? 0, usualPowerKw ?? 0) * 1.25 || 1
  return (
    <div className={classes.figures}>
      <Figure
        label={texts.place.running}
        bar={<BulletBar label={texts.place.running} ratio={known.length === 0 ? null : running / known.length} />}
        note={silent > 0 ? texts.place.silentNote(silent) : undefined}
      >
        <ValueText big value={known.length === 0 ? null : running} digits={0} unit={texts.place.of(known.length)} />
      </Figure>
      <Figure
        label={shift.name === null ? texts.place.outputHours : texts.place.output}
        bar={
          <BulletBar
            label={texts.place.output}
            ratio={output === null ? null : output / top}
            targetRatio={usualOutput === null ? null : usualOutput / top}
            bad={output !== null && usualOutput !== null && output < usualOutput * 0.85}
          />
        }
        note={usualOutput === null ? texts.place.noUsual : texts.place.usual(formatNumber(usualOutput, 0))}
      >
        <ValueText big value={output} digits={0} />
      </Figure>
      <Figure
        label={texts.place.power}
        bar={
          <BulletBar
            label={texts.place.power}
            ratio={powerKw === null ? null : powerKw / powerTop}
            targetRatio={usualPowerKw === null ? null : usualPowerKw / powerTop}
            bad={powerKw !== null && usualPowerKw !== null && powerKw > usualPowerKw * 1.25}
          />
        }
        note={usualPowerKw === null ? texts.place.noUsual : texts.place.powerUsual(formatNumber(usualPowerKw, 0))}
      >
        <ValueText big value={powerKw} digits={0} unit="kW" />
      </Figure>
      <Figure
        label={texts.place.stops}
        bar={
          <BulletBar label={texts.place.stops} ratio={known.length === 0 ? null : stops.length / known.length} bad />
        }
        note={
          longest?.sinceMs === undefined
            ? texts.place.noStops
            : texts.place.longest(longest.name, formatDuration(nowMs - longest.sinceMs))
        }
      >
        <ValueText big value={stops.length} digits={0} unit={texts.place.of(known.length)} />
      </Figure>
    </div>
  )
}
