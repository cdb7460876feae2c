import { furnace } from './furnace.ts'
import { grinder } from './grinder.ts'
import { injectionPress } from './injection-press.ts'
import { type Machine, type MachineKind, type MachineOptions, machineKind } from './machine.ts'
import { machineTool } from './machine-tool.ts'
import type { OperationProfile } from './operation.ts'
import { station } from './station.ts'
import { chiller, compressor, siteMeter } from './utilities.ts'

/** Stops of hand-fed stations: frequent, short, rarely with an alarm. */
const handFed: OperationProfile = {
  batchParts: 900,
  setupMinutes: [6, 18],
  microStopsPerHour: 0.7,
  microStopMinutes: [0.5, 4],
  microStopReasons: ['Waits for parts', 'Box full', 'Operator away'],
  faultsPerHour: 0.01,
  faultMinutes: [8, 30],
  faultAlarms: ['A12 Light curtain', 'A20 Torque not reached', 'A31 Part missing'],
}

/** Stops of automatic lines: jams, and no set-up worth showing. */
const automatic: OperationProfile = {
  batchParts: 4000,
  setupMinutes: [8, 25],
  microStopsPerHour: 0.9,
  microStopMinutes: [0.3, 3],
  microStopReasons: ['Jam', 'Waits for parts', 'Sensor dirty'],
  faultsPerHour: 0.012,
  faultMinutes: [10, 40],
  faultAlarms: ['J04 Jam at infeed', 'J11 Film torn', 'J19 Guard open'],
}

/** Stops of machining centres and lathes. */
const machining: OperationProfile = {
  batchParts: 260,
  setupMinutes: [12, 40],
  microStopsPerHour: 0.4,
  microStopMinutes: [1, 5],
  microStopReasons: ['Waits for pallet', 'Chips in fixture', 'Measuring'],
  faultsPerHour: 0.014,
  faultMinutes: [10, 45],
  faultAlarms: ['M102 Coolant low', 'M311 Axis following error', 'M087 Clamping pressure low'],
}

/** Every kind of machine the simulator knows, by name. */
export const machineKinds = {
  'cnc-mill': machineKind(
    machineTool({
      title: '5-axis machining centre',
      programs: ['BLADE-CK200 r7', 'BLADE-BK260 r3', 'BLADE-SAN170 r5'],
      spindleRpm: 9600,
      teeth: 4,
      cycleS: 95,
      feedMmPerMin: 3200,
      idleKw: 3.2,
      spindleKw: 8.5,
      toolLifeMinutes: 600,
      operation: machining,
    }),
  ),
  lathe: machineKind(
    machineTool({
      title: 'CNC lathe',
      programs: ['FERRULE-12 r2', 'PIN-25 r9', 'BOLSTER-18 r4'],
      spindleRpm: 4200,
      teeth: 6,
      cycleS: 46,
      feedMmPerMin: 620,
      idleKw: 2.1,
      spindleKw: 5.5,
      toolLifeMinutes: 420,
      operation: { ...machining, batchParts: 700 },
    }),
  ),
  grinder: machineKind(
    grinder({
      title: 'Belt grinder',
      programs: ['GRIT-120', 'GRIT-240'],
      wheelRpm: 2400,
      cycleS: 62,
      idleKw: 1.8,
      grindingKw: 9,
      beltMinutes: 240,
      operation: { ...handFed, batchParts: 320 },
    }),
  ),
  polisher: machineKind(
    grinder({
      title: 'Polisher',
      programs: ['MIRROR', 'SATIN'],
      wheelRpm: 1500,
      cycleS: 80,
      idleKw: 1.2,
      grindingKw: 5.5,
      beltMinutes: 520,
      operation: { ...handFed, batchParts: 260 },
    }),
  ),
  furnace: machineKind(
    furnace({
      title: 'Batch furnace',
      programs: ['HARDEN-14116', 'HARDEN-14528'],
      setPointCelsius: 1050,
      standbyCelsius: 620,
      heatingKw: 95,
      lossKwPerKelvin: 0.034,
      heatCapacity: 0.085,
      loadDipKelvin: 260,
      cycleMinutes: 165,
      loadingMinutes: 15,
      partsPerLoad: 240,
      writable: { min: 980, max: 1080 },
    }),
  ),
  'temper-oven': machineKind(
    furnace({
      title: 'Temper oven',
      programs: ['TEMPER-200', 'TEMPER-180'],
      setPointCelsius: 200,
      standbyCelsius: 90,
      heatingKw: 30,
      lossKwPerKelvin: 0.045,
      heatCapacity: 0.06,
      loadDipKelvin: 45,
      cycleMinutes: 110,
      loadingMinutes: 10,
      partsPerLoad: 240,
      writable: { min: 160, max: 260 },
    }),
  ),
  quench: machineKind(
    furnace({
      title: 'Quench bath',
      programs: ['OIL-60', 'OIL-80'],
      setPointCelsius: 60,
      standbyCelsius: 40,
      heatingKw: 12,
      lossKwPerKelvin: 0.05,
      heatCapacity: 0.05,
      // The load is hotter than the bath: it lifts the temperature instead of pulling it down.
      loadDipKelvin: -14,
      cycleMinutes: 82,
      loadingMinutes: 8,
      partsPerLoad: 240,
      writable: { min: 50, max: 80 },
    }),
  ),
  'injection-press': machineKind(injectionPress),
  compressor: machineKind(compressor),
  chiller: machineKind(chiller),
  'site-meter': machineKind(siteMeter),
  'blanking-press': machineKind(
    station({
      title: 'Blanking press',
      programs: ['STRIP-2.5', 'STRIP-3.0', 'STRIP-1.8'],
      cycleS: 2.4,
      scrapRatio: 0.004,
      workingKw: 21,
      standbyKw: 4,
      airM3PerMin: 0.5,
      coolingKw: 0,
      lagMinutes: 0.1,
      values: [
        reading('press-force', 'Press force', 'load', 'kN', 620, 0, 9, [560, 690]),
        reading('bearing-temperature', 'Crank bearing temperature', 'temperature', '°C', 48, 24, 0.4, [20, 58]),
      ],
      pace: { name: 'stroke-rate', title: 'Stroke rate', min: 60, max: 115, maxStep: 20 },
      operation: { ...automatic, batchParts: 5200, setupMinutes: [15, 45] },
    }),
  ),
  engraver: machineKind(
    station({
      title: 'Laser engraver',
      programs: ['LOGO', 'TEXT', 'DRAWING'],
      cycleS: 34,
      scrapRatio: 0.006,
      workingKw: 2.4,
      standbyKw: 0.6,
      airM3PerMin: 0.15,
      coolingKw: 1,
      lagMinutes: 0.3,
      values: [
        reading('laser-power', 'Laser power', 'other', 'W', 42, 0, 0.4, [38, 46]),
        reading('laser-temperature', 'Laser head temperature', 'temperature', '°C', 31, 23, 0.15, [20, 36]),
      ],
      pace: { name: 'engraving-speed', title: 'Engraving speed', min: 70, max: 120, maxStep: 20 },
      operation: { ...handFed, batchParts: 180 },
    }),
  ),
  'inspection-cell': machineKind(
    station({
      title: 'Inspection cell',
      programs: ['BLADE-SURFACE', 'HANDLE-FILL'],
      cycleS: 6.5,
      scrapRatio: 0.018,
      workingKw: 1.1,
      standbyKw: 0.5,
      airM3PerMin: 0.05,
      coolingKw: 0,
      lagMinutes: 0.1,
      values: [
        reading('brightness', 'Picture brightness', 'other', '%', 62, 4, 0.5, [56, 68]),
        reading('classifier-score', 'Mean classifier score', 'other', '%', 93, 0, 0.7, [88, 98]),
      ],
      pace: { name: 'belt-pace', title: 'Belt pace', min: 60, max: 120, maxStep: 20 },
      operation: automatic,
    }),
  ),
  'assembly-cell': machineKind(
    station({
      title: 'Assembly cell',
      programs: ['CK200', 'PK91', 'BK260'],
      cycleS: 54,
      scrapRatio: 0.009,
      workingKw: 3.2,
      standbyKw: 1,
      airM3PerMin: 0.6,
      coolingKw: 0,
      lagMinutes: 0.1,
      values: [
        reading('rivet-torque', 'Riveting torque', 'load', 'N·m', 2.4, 0, 0.05, [2.1, 2.7]),
        reading('press-pressure', 'Rivet press pressure', 'pressure', 'bar', 5.6, 6.1, 0.06, [5.2, 6.4]),
      ],
      pace: { name: 'takt', title: 'Takt', min: 70, max: 115, maxStep: 15 },
      operation: handFed,
    }),
  ),
  packer: machineKind(
    station({
      title: 'Packing line',
      programs: ['BOX-S', 'BOX-M', 'GIFT'],
      cycleS: 3.2,
      scrapRatio: 0.005,
      workingKw: 6.5,
      standbyKw: 1.8,
      airM3PerMin: 0.8,
      coolingKw: 0,
      lagMinutes: 0.2,
      values: [
        reading('seal-temperature', 'Sealing temperature', 'temperature', '°C', 162, 60, 0.7, [152, 170]),
        reading('line-speed', 'Line speed', 'speed', 'packs/min', 18.7, 0, 0.2, [15, 22]),
      ],
      pace: { name: 'line-pace', title: 'Line pace', min: 50, max: 120, maxStep: 20 },
      operation: { ...automatic, microStopsPerHour: 1.6 },
    }),
  ),
  'anodising-line': machineKind(
    station({
      title: 'Anodising line',
      programs: ['CLEAR-12', 'BLACK-15'],
      cycleS: 48,
      scrapRatio: 0.011,
      workingKw: 18,
      standbyKw: 7,
      airM3PerMin: 0.7,
      coolingKw: 14,
      lagMinutes: 9,
      values: [
        reading('bath-temperature', 'Bath temperature', 'temperature', '°C', 20.4, 18.2, 0.1, [17, 22]),
        reading('acid-concentration', 'Acid concentration', 'other', 'g/l', 183, 186, 0.5, [175, 195]),
        reading('rinse-flow', 'Rinse flow', 'flow', 'l/min', 34, 4, 0.6, [28, 40]),
      ],
      pace: { name: 'line-pace', title: 'Line pace', min: 60, max: 115, maxStep: 15 },
      operation: { ...automatic, microStopsPerHour: 0.3, unattended: true },
    }),
  ),
  rectifier: machineKind(
    station({
      title: 'Rectifier',
      programs: ['CLEAR-12', 'BLACK-15'],
      cycleS: 480,
      scrapRatio: 0,
      workingKw: 31,
      standbyKw: 0.8,
      airM3PerMin: 0,
      coolingKw: 4,
      lagMinutes: 1.5,
      values: [
        reading('current', 'Direct current', 'load', 'A', 1720, 0, 9, [1500, 1900]),
        reading('voltage', 'Direct voltage', 'other', 'V', 16.4, 0, 0.08, [15, 18]),
        reading('stack-temperature', 'Diode stack temperature', 'temperature', '°C', 52, 26, 0.3, [22, 62]),
      ],
      pace: { name: 'current-set-point', title: 'Current set-point', min: 60, max: 110, maxStep: 15 },
      followsLeader: true,
      operation: { ...automatic, microStopsPerHour: 0, faultsPerHour: 0.002, batchParts: 1e9, unattended: true },
    }),
  ),
} as const satisfies Record<string, MachineKind>

export type Kind = keyof typeof machineKinds

/** A machine of a kind, as its controller is switched on. */
export function createMachine({ kind, ...options }: MachineOptions & { kind: Kind }): Machine {
  return machineKinds[kind].create(kind, options)
}

function reading(
  name: string,
  title: string,
  measurand: 'temperature' | 'load' | 'pressure' | 'flow' | 'speed' | 'other',
  unit: string,
  working: number,
  resting: number,
  deviation: number,
  normal: readonly [low: number, high: number],
) {
  return { name, title, measurand, unit, working, resting, deviation, normal }
}
