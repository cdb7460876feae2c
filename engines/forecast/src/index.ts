export { type Accuracy, accuracyOf } from './accuracy.ts'
export { type ForecastWeek, forecastSeries, type SeriesForecast } from './forecast.ts'
export type { MethodName, Models } from './methods.ts'
export type { WeeklySeries } from './series.ts'
