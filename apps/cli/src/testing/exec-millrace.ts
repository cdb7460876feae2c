import { execFile, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const TIMEOUT_MS = 180_000

/** Runs one command line to its end. @returns its exit code and what it printed, errors too */
export function execMillrace(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number; printed: string }> {
  return new Promise((resolve) => {
    const options = { timeout: TIMEOUT_MS, env: { ...process.env, ...environment } }
    execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, printed: stdout + stderr })
    })
  })
}

/** Runs one command line, to be interrupted as by Ctrl-C. */
export function startMillrace(args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (text += piece.toString()))
  return {
    printed: () => text,
    interrupt: () => child.kill('SIGINT'),
    code: new Promise<number | null>((resolve) => child.once('exit', resolve)),
  }
}
