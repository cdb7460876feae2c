import { parentPort, workerData } from 'node:worker_threads'
import { forecastSeries } from '@millrace/forecast'
import { loadModels } from '@millrace/forecast/worker'
import type { ForecastFound, ForecastTask } from './forecast-rules.ts'

// One product after the other, each told at once: when the time is up, those that are done are kept.
const models = await loadModels()
for (const { productId, untilOn, series, horizonWeeks } of workerData as readonly ForecastTask[]) {
  const found: ForecastFound = { productId, untilOn, forecast: forecastSeries(series, horizonWeeks, models) }
  parentPort?.postMessage(found)
}
