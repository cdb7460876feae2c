import { expect, test, vi } from 'vitest'
import { undoing } from './interruption.ts'

test('what fails because it is being undone does not get ahead of the end', async () => {
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never)
  vi.spyOn(console, 'log').mockReturnValue()
  const order: string[] = []
  const { promise: broken, reject: breakIt } = Promise.withResolvers<void>()
  const undo =
    (name: string, does: () => void = () => undefined) =>
    async () => {
      order.push(name)
      does()
      // Long enough for a failure to come out through everything around it.
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  const inner = undo('database', () => breakIt(new Error('the database is gone')))
  undoing(undo('folder'), () => undoing(inner, () => broken)).then(
    () => order.push('succeeded'),
    () => order.push('failed'),
  )
  process.emit('SIGINT')
  await vi.waitFor(() => expect(exit).toHaveBeenCalledWith(130))
  expect(order).toEqual(['database', 'folder'])
})
