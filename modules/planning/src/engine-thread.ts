import { Worker } from 'node:worker_threads'

/**
 * Lets a thread compute until it has ended, its time is up or nobody waits any more: solvers and models in WebAssembly cannot be interrupted
 * in any other way.
 *
 * @param script the thread's file
 * @param task what it finds as its `workerData`
 * @returns everything that the thread had told until then, and whether it came to its end
 * @throws whatever the thread fails with
 */
export async function askThread<Answer>(
  script: URL,
  task: unknown,
  signal: AbortSignal,
): Promise<{ answers: Answer[]; ended: boolean }> {
  const answers: Answer[] = []
  const worker = new Worker(script, { workerData: task })
  worker.on('message', (answer: Answer) => answers.push(answer))
  try {
    const ended = await new Promise<boolean>((resolve, reject) => {
      worker.on('error', reject)
      worker.on('exit', () => resolve(true))
      signal.addEventListener('abort', () => resolve(false), { once: true })
      if (signal.aborted) resolve(false)
    })
    return { answers, ended }
  } finally {
    await worker.terminate()
  }
}
