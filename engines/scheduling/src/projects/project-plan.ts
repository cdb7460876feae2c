/** When each activity of a project starts, in the unit of its durations; the makespan is when the last one ends. */
export type ProjectPlan = { starts: number[]; makespan: number }
