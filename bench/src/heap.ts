import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

const OPEN_MS = 20_000
const MIB = 1024 * 1024

/**
 * Looks into the memory of a Node process that was started with `--inspect-port=0`, through its inspector, which SIGUSR1 opens:
 * nothing in the program is there for it.
 */
export class Heap {
  private readonly socket: WebSocket
  private readonly answers = new Map<number, (result: unknown) => void>()
  private lastId = 0

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.addEventListener('message', ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown }
      if (id === undefined) return
      this.answers.get(id)?.(result)
      this.answers.delete(id)
    })
  }

  /** @param logPath where the process writes its errors, and with them the inspector's address. */
  static async open(pid: number, logPath: string): Promise<Heap> {
    process.kill(pid, 'SIGUSR1')
    const deadlineMs = performance.now() + OPEN_MS
    for (;;) {
      const url = /Debugger listening on (ws:\S+)/.exec(await readFile(logPath, 'utf8'))?.[1]
      if (url) {
        const socket = new WebSocket(url)
        await new Promise((resolve, reject) => {
          socket.addEventListener('open', resolve)
          socket.addEventListener('error', reject)
        })
        return new Heap(socket)
      }
      if (performance.now() > deadlineMs) throw new Error('The inspector of the server does not open.')
      await pause(100)
    }
  }

  /** Memory right after a collection: of the whole process, and of the main thread's objects. */
  async measure(): Promise<{ residentMib: number; heapMib: number }> {
    await this.ask('HeapProfiler.enable')
    await this.ask('HeapProfiler.collectGarbage')
    const expression = 'JSON.stringify(process.memoryUsage())'
    const { result } = (await this.ask('Runtime.evaluate', { expression })) as { result: { value: string } }
    const { rss, heapUsed } = JSON.parse(result.value) as { rss: number; heapUsed: number }
    return { residentMib: rss / MIB, heapMib: heapUsed / MIB }
  }

  close(): void {
    this.socket.close()
  }

  private ask(method: string, params: object = {}): Promise<unknown> {
    this.lastId += 1
    const id = this.lastId
    this.socket.send(JSON.stringify({ id, method, params }))
    return new Promise((resolve) => this.answers.set(id, resolve))
  }
}
