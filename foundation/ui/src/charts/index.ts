export { SpectrumChart } from './SpectrumChart.tsx'
export { type RangePreset, type TrendPanel, TrendStack } from './TrendStack.tsx'
export { panned, type TimeRange, type TrendSeries, zoomed } from './trend-data.ts'
export type { NormalBand, TrendMark } from './trend-drawing.ts'
