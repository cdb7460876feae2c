export {
  createLocalClock,
  createPlanner,
  type LocalTime,
  type PlannedTime,
  type Shift,
  type WorkCalendar,
} from './calendar.ts'
export { createMachine, type Kind, machineKinds } from './kinds.ts'
export type { Machine, MachineKind, MachineOptions, MachineSnapshot } from './machine.ts'
export type { MachineState } from './operation.ts'
export type { Surroundings } from './physics.ts'
export {
  createPlant,
  history,
  type MachineDefinition,
  type Plant,
  type PlantDefinition,
  type PlantSnapshot,
  type StoryStart,
} from './plant.ts'
export { STORY_SEVERITY_MAX, STORY_SPEED_MAX, type StoryId, type StorySetting, storyIds } from './story.ts'
export {
  type Measurand,
  type TagDefinition,
  type TagValue,
  WAVEFORM_RATE_HZ,
  WAVEFORM_SAMPLE_COUNT,
  type WritableBounds,
} from './tag.ts'
