/** A unit in terms of the first of its kind: `base = value * factor + offset`. */
interface UnitRule {
  readonly kind: string
  readonly factor: number
  readonly offset: number
}

const of = (kind: string, factor: number, offset = 0): UnitRule => ({ kind, factor, offset })

/** Units that old systems write and signals here have. What is not listed is not converted. */
const UNITS: Readonly<Record<string, UnitRule>> = {
  '°C': of('temperature', 1),
  K: of('temperature', 1, -273.15),
  '°F': of('temperature', 5 / 9, -160 / 9),
  bar: of('pressure', 1),
  mbar: of('pressure', 1e-3),
  Pa: of('pressure', 1e-5),
  kPa: of('pressure', 1e-2),
  MPa: of('pressure', 10),
  psi: of('pressure', 0.0689475729316836),
  kW: of('power', 1),
  W: of('power', 1e-3),
  MW: of('power', 1e3),
  kWh: of('energy', 1),
  Wh: of('energy', 1e-3),
  MWh: of('energy', 1e3),
  MJ: of('energy', 1 / 3.6),
  mm: of('length', 1),
  µm: of('length', 1e-3),
  cm: of('length', 10),
  m: of('length', 1e3),
  in: of('length', 25.4),
  'mm/s': of('speed', 1),
  'm/s': of('speed', 1e3),
  'mm/min': of('speed', 1 / 60),
  'm/min': of('speed', 1e3 / 60),
  'in/s': of('speed', 25.4),
  rpm: of('rotation', 1),
  '1/min': of('rotation', 1),
  'min⁻¹': of('rotation', 1),
  'r/min': of('rotation', 1),
  '1/s': of('rotation', 60),
  s: of('duration', 1),
  ms: of('duration', 1e-3),
  min: of('duration', 60),
  h: of('duration', 3600),
  kg: of('mass', 1),
  g: of('mass', 1e-3),
  t: of('mass', 1e3),
  lb: of('mass', 0.45359237),
  'l/min': of('flow', 1),
  'L/min': of('flow', 1),
  'l/h': of('flow', 1 / 60),
  'm³/h': of('flow', 1e3 / 60),
  A: of('current', 1),
  mA: of('current', 1e-3),
  V: of('voltage', 1),
  mV: of('voltage', 1e-3),
  kV: of('voltage', 1e3),
  '%': of('share', 1),
  '1': of('share', 100),
}

/** How numbers in one unit become numbers in another: `value * factor + offset`. Undefined when they do not. */
export function conversionOf(from: string, to: string): { factor: number; offset: number } | undefined {
  if (from === to) return { factor: 1, offset: 0 }
  const source = Object.hasOwn(UNITS, from) ? UNITS[from] : undefined
  const target = Object.hasOwn(UNITS, to) ? UNITS[to] : undefined
  if (!source || !target || source.kind !== target.kind) return undefined
  return { factor: source.factor / target.factor, offset: (source.offset - target.offset) / target.factor }
}

/** The units a signal's values may be given in, its own among them. */
export function unitsLike(unit: string): string[] {
  const rule = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined
  return rule ? Object.keys(UNITS).filter((name) => UNITS[name]?.kind === rule.kind) : [unit]
}
