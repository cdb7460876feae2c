import { type ChildProcess, fork } from 'node:child_process'

/**
 * Runs one of the generators in a process of its own: gives it its order, and waits for its report.
 *
 * @param onWord told of what it says on the way, such as that another part begins.
 * @throws Error when it fails or ends without a report
 */
export async function runGenerator<Report extends object>(
  file: URL,
  order: object,
  onWord: (word: string) => void = () => undefined,
): Promise<Report> {
  const child: ChildProcess = fork(file, { execArgv: [] })
  try {
    return await new Promise<Report>((resolve, reject) => {
      child.on('message', (message: string | Report | { failure: string }) => {
        if (typeof message === 'string') onWord(message)
        else if ('failure' in message) reject(new Error(message.failure))
        else resolve(message)
      })
      child.once('exit', () => reject(new Error('The generator ended.')))
      child.send(order)
    })
  } finally {
    child.kill('SIGKILL')
  }
}
