const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** As shells say it: ended by Ctrl-C. */
const EXIT_CODE = 130

const undone: (() => Promise<void>)[] = []
let isEnding = false

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
    return await untilEnding(act)
  } catch (error) {
    await undo()
    throw error
  } finally {
    undone.splice(undone.indexOf(undo), 1)
    if (undone.length === 0) for (const signal of SIGNALS) process.off(signal, interrupt)
  }
}

/** What is being undone comes to nothing: it neither succeeds nor fails any more, and the process ends by itself. */
async function untilEnding<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } finally {
    if (isEnding) await new Promise(() => undefined)
  }
}

async function interrupt(): Promise<void> {
  isEnding = true
  console.log('Stopping: what was begun is undone.')
  for (;;) {
    const undo = undone.pop()
    if (!undo) break
    await undo().catch(() => undefined)
  }
  process.exit(EXIT_CODE)
}
