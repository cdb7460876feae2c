import { describe, expect, test } from 'vitest'
import type { Command, SetPoint } from '../contract.ts'
import { failureText, stepsOf } from './command-line.ts'
import { reasonProblem, valueProblem } from './set-point-input.ts'

const setPoint = { min: 50, max: 120, maxStep: 20, unit: '%' } as SetPoint

describe('a value to be written', () => {
  test.each([[49.9], [120.1], [undefined], [Number.NaN]])('%s is outside the bounds', (value) =>
    expect(valueProblem(setPoint, value, 100)).toMatch(/Between/),
  )
  test('may not be too far from the present one', () => {
    expect(valueProblem(setPoint, 79, 100)).toMatch(/only 80.*%.* to 120/)
    expect(valueProblem(setPoint, 80, 100)).toBeUndefined()
  })
  test('has no step to keep while the present one is unknown', () => {
    expect(valueProblem(setPoint, 60, null)).toBeUndefined()
  })
  test('needs a reason', () => {
    expect(reasonProblem('  a ')).toBeDefined()
    expect(reasonProblem('tool wear')).toBeUndefined()
  })
})

const command = (states: string[], detail: string | null = null) =>
  ({
    state: states.at(-1),
    steps: states.map((state, index) => ({
      state,
      at: `2026-11-22T09:15:0${index}.000Z`,
      detail: index === states.length - 1 ? detail : null,
    })),
  }) as Command

describe('the steps of a command', () => {
  test('hide the difference between sent and received', () => {
    expect(stepsOf(command(['requested', 'sent', 'received'])).map((step) => step.state)).toEqual([
      'done',
      'done',
      'now',
      'waiting',
    ])
  })
  test('wait for the outcome where one is measured', () => {
    const steps = stepsOf(command(['requested', 'sent', 'written', 'read-back']), null)
    expect(steps.at(-1)).toMatchObject({ text: 'measured', state: 'now' })
  })
  test('say who refused and why', () => {
    const refused = command(['requested', 'sent', 'refused'], 'The door is open.')
    expect(stepsOf(refused)[2]).toMatchObject({ text: 'refused', state: 'failed' })
    expect(failureText(refused)).toBe('The door is open.')
  })
})
