import { type EUInformation, makeEUInformation } from 'node-opcua'

/** UN/CEFACT code and name of each unit the machines use (OPC 10000-8 §5.6.4; table of OPC UA unit ids). */
const UNITS: Readonly<Record<string, readonly [code: string, name: string]>> = {
  '%': ['P1', 'percent'],
  '°C': ['CEL', 'degree Celsius'],
  A: ['AMP', 'ampere'],
  bar: ['BAR', 'bar'],
  'g/l': ['GL', 'gram per litre'],
  kN: ['B47', 'kilonewton'],
  kW: ['KWT', 'kilowatt'],
  kWh: ['KWH', 'kilowatt hour'],
  'l/min': ['L2', 'litre per minute'],
  'm³/h': ['MQH', 'cubic metre per hour'],
  'm³/min': ['G53', 'cubic metre per minute'],
  'mm/min': ['H81', 'millimetre per minute'],
  'mm/s': ['C16', 'millimetre per second'],
  N·m: ['NU', 'newton metre'],
  rpm: ['RPM', 'revolutions per minute'],
  s: ['SEC', 'second'],
  V: ['VLT', 'volt'],
  W: ['WTT', 'watt'],
}

/** EUInformation of a unit; one without a common code has the id -1, as OPC 10000-8 §5.6.4.3 asks. */
export function engineeringUnit(unit: string): EUInformation {
  const [code, name] = UNITS[unit] ?? ['', unit]
  const information = makeEUInformation(code, unit, name)
  if (code === '') information.unitId = -1
  return information
}
