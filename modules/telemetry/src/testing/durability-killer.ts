import { setTimeout as pause } from 'node:timers/promises'

/** What the durability test says to this process: kill that one at some moment within so many milliseconds. */
export interface KillerOrder {
  readonly pids: readonly number[]
  readonly withinMs: number
}

process.on('message', async ({ pids, withinMs }: KillerOrder) => {
  await pause(Math.random() * withinMs)
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  process.send?.('killed')
})
process.once('disconnect', () => process.exit())
