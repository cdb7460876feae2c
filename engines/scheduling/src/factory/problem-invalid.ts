import { problemType } from '@millrace/base'

/** `data.path` names the place within the problem, such as `orders[3].operations[0].alternatives`. */
export const factoryInvalid = problemType('scheduling/factory-invalid', 'invalid', 'Scheduling problem is not valid')

export function refuse(path: string, what: string): never {
  throw factoryInvalid(`${path} ${what}.`, { path })
}

/** @param path asked only when something is wrong: most problems are fine, and there are many numbers in one */
export function number(path: () => string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high)
    refuse(path(), `is ${value}, and has to be a whole number from ${low} to ${high}`)
}

export function known(path: () => string, id: string, all: ReadonlySet<string>): void {
  if (!all.has(id)) refuse(path(), `names "${id}", which is not there`)
}
