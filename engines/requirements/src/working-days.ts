import type { WorkingCalendar } from './problem.ts'

/** Counts with working days. */
export interface WorkingDays {
  /** The day on which something has to start that takes so many working days; below 0 when it should have started before today. */
  back(day: number, workingDays: number): number
  /** The earliest day on which something is there that starts today. */
  ahead(workingDays: number): number
}

export function workingDays({ isOpen }: WorkingCalendar): WorkingDays {
  const open: number[] = []
  const before = new Int32Array(isOpen.length + 1)
  for (let day = 0; day < isOpen.length; day++) {
    if (isOpen[day]) open.push(day)
    before[day + 1] = open.length
  }
  const countBefore = (day: number) => (day <= isOpen.length ? (before[day] ?? 0) : open.length + (day - isOpen.length))
  const nth = (index: number) => open[index] ?? isOpen.length + (index - open.length)
  return {
    back(day, count) {
      if (count === 0) return day
      const index = countBefore(day) - count
      return index < 0 ? index : nth(index)
    },
    ahead: (count) => (count === 0 ? 0 : nth(count - 1) + 1),
  }
}
