import { problemType } from '@millrace/base'
import { type Static, Type } from 'typebox'

/** Whether the demo company is there, and how far installing or removing it is. */
export const DemoCompany = Type.Object({
  state: Type.Enum(['absent', 'installing', 'present', 'removing']),
  /** 0 to 1 while installing or removing. */
  progressRatio: Type.Union([Type.Number(), Type.Null()]),
  step: Type.Union([Type.String(), Type.Null()]),
})
export type DemoCompany = Static<typeof DemoCompany>

/** A fault or opportunity with a true cause in the simulator. */
export const Story = Type.Object({
  id: Type.String(),
  title: Type.String(),
  machine: Type.String(),
  active: Type.Boolean(),
  /** 1 is real time. */
  speed: Type.Number(),
  /** How far it has gone, 0 to 1. */
  severityRatio: Type.Number(),
})
export type Story = Static<typeof Story>

export const StoryMove = Type.Object(
  { action: Type.Enum(['start', 'speed', 'reset']), speed: Type.Optional(Type.Number({ minimum: 1, maximum: 600 })) },
  { additionalProperties: false },
)
export type StoryMove = Static<typeof StoryMove>

/** A machine of the simulator that can be made to break down. */
export const Breakdown = Type.Object({
  id: Type.String(),
  machine: Type.String(),
  site: Type.String(),
  /** What it does now, as its controller says. */
  state: Type.String(),
  broken: Type.Boolean(),
})
export type Breakdown = Static<typeof Breakdown>

export const BreakdownMove = Type.Object({ action: Type.Enum(['break', 'repair']) }, { additionalProperties: false })
export type BreakdownMove = Static<typeof BreakdownMove>

/** The demo's shared stations, and who may be tried there: in the demo a PIN is no secret. */
export const DemoStations = Type.Object({
  items: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), placeId: Type.String() })),
  people: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), pin: Type.String() })),
})
export type DemoStations = Static<typeof DemoStations>

export const demoBusy = problemType('demo/busy', 'conflict', 'The demo company is being installed or removed')
export const demoAbsent = problemType('demo/absent', 'missing', 'There is no demo company')
export const simulatorUnavailable = problemType(
  'demo/simulator-unavailable',
  'unavailable',
  'The simulator does not answer',
)
