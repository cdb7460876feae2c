const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** As shells say it: ended by Ctrl-C. */
const EXIT_CODE = 130

const undone: (() => Promise<void>)[] = []

/**
 * Does something that must be undone when it fails, or when a person interrupts it: then what was begun last is undone first,
 * and the process ends.
 *
 * @param undo not called when `act` succeeds.
 */
export async function undoing<T>(undo: () => Promise<void>, act: () => Promise<T>): Promise<T> {
  if (undone.length === 0) for (const signal of SIGNALS) process.on(signal, interrupt)
  undone.push(undo)
  try {
    return await act()
  } catch (error) {
    if (undone.includes(undo)) await undo()
    throw error
  } finally {
    if (undone.includes(undo)) undone.splice(undone.indexOf(undo), 1)
    if (undone.length === 0) for (const signal of SIGNALS) process.off(signal, interrupt)
  }
}

async function interrupt(): Promise<void> {
  console.log('Stopping: what was begun is undone.')
  for (;;) {
    const undo = undone.pop()
    if (!undo) break
    await undo().catch(() => undefined)
  }
  process.exit(EXIT_CODE)
}
