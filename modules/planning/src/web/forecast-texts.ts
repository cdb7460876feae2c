import type { ForecastMethod } from '../forecast-contract.ts'

/** Words of the forecast page. */
export const texts = {
  title: 'Forecast',
  list: 'Products',
  listNote: 'weekly, 26 weeks ahead',
  product: 'Product',
  lastYear: 'Last year',
  spark: (name: string) => `Weekly sales of ${name} over the last year`,
  nextFour: 'Next 4 weeks',
  accuracy: 'Usually off by',
  method: 'Forecast by',
  changed: 'Changed weeks',
  none: 'no forecast yet',
  untried: 'too little history to try',
  off: (own: string) => `${own} on average`,
  offNaive: (naive: string, word: string) => `${naive} for ${word}`,
  naiveIsBest: (own: string) => `${own}; nothing was better than last year`,
  naiveWord: (isYear: boolean) => (isYear ? 'last year’s week' : 'last week'),
  methods: {
    'last-year': 'last year’s week',
    'last-week': 'last week',
    mean: 'mean of 8 weeks',
    smoothing: 'smoothing with trend',
    season: 'season and trend',
    'season-mean': 'shape of past years',
    occasional: 'how often, how much',
  } satisfies Record<ForecastMethod, string>,
  empty:
    'This plant has no products yet. Once it has, import what was sold week by week, and the coming 26 weeks are forecast from it.',
  compute: 'Forecast anew',
  computed: (count: number, left: number) =>
    left === 0
      ? `${count === 1 ? 'One product was' : `${count} products were`} forecast.`
      : `${count} were forecast; ${left} had no time any more. Press again to go on.`,
  computedNothing: 'There is nothing to forecast: import what was sold first.',
  importSales: 'Import sales',
  noHistory: (name: string) =>
    `Nothing is known of what was sold of ${name}. Import a file with the columns product, week and quantity.`,
  noForecast: 'There is history but no forecast yet. Press Forecast anew.',
  chart: (name: string) => `${name}, weekly`,
  chartLabel: (name: string, next: string) => `Weekly sales of ${name} and forecast; next week ${next} pieces`,
  pieces: 'pieces',
  sold: 'sold',
  expected: 'expected',
  between: (low: string, high: string) => `four times in five between ${low} and ${high}`,
  point: (week: number, date: string) => `Week ${week}, ${date}:`,
  byPlanner: 'by the planner',
  sentence: (about: { method: string; off: string; bias: string; mended: string; until: string }) =>
    `Forecast by ${about.method}, off by ${about.off}${about.bias}. Known until the week of ${about.until}.${about.mended}`,
  biasOver: (ratio: string) => `; it tends to be ${ratio} too high`,
  biasUnder: (ratio: string) => `; it tends to be ${ratio} too low`,
  mended: (count: number) =>
    count === 0
      ? ''
      : ` ${count === 1 ? 'One week was' : `${count} weeks were`} out of line or missing and not taken as they are.`,
  weeks: (name: string) => `Coming weeks of ${name}`,
  weeksNote: 'Enter and arrows go from week to week',
  week: 'Week',
  from: 'From',
  computedValue: 'Computed',
  band: '10 to 90 %',
  counted: 'Counted with',
  why: 'Why',
  countedIn: (week: number) => `Pieces in week ${week}`,
  changedCount: (count: number) => (count === 1 ? 'One week is changed.' : `${count} weeks are changed.`),
  reason: 'Reason',
  reasonHint: 'Kept beside the computed value, at least three letters',
  save: 'Save changes',
  discard: 'Leave as it was',
  saved: (count: number) => (count === 1 ? 'One week saved.' : `${count} weeks saved.`),
  setBy: (reason: string, by: string) => `${reason} (${by})`,
  file: {
    title: 'Import sales',
    hint: 'A CSV file with the columns product (the code), week (any day of it, 2026-11-23) and quantity. Weeks that are known already are said anew.',
    choose: 'Choose file',
    another: 'Choose another file',
    read: (rows: number, products: number, added: number, changed: number) =>
      `${rows} rows for ${products === 1 ? 'one product' : `${products} products`}: ${added} new weeks, ${changed} changed.`,
    faults: (count: number) =>
      `${count === 1 ? 'One row is' : `${count} rows are`} wrong. Nothing is imported until the file is right.`,
    fault: (line: number, sentence: string) => `Line ${line}: ${sentence}`,
    apply: 'Import and forecast',
    same: 'The file says what is known already.',
    close: 'Close',
  },
} as const
