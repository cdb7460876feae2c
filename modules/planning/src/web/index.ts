export { applyChanges } from './gantt/apply.ts'
export { Gantt, type GanttProps } from './gantt/Gantt.tsx'
export type { Command } from './gantt/history.ts'
export type * from './gantt/model.ts'
