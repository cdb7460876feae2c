import { isProblem } from '@millrace/base'
import { audit } from './audit.ts'
import { backup, restore } from './backup.ts'
import { edge } from './edge.ts'
import { commandInvalid } from './problems.ts'
import { replay } from './replay.ts'
import { start } from './start.ts'
import type { Verb } from './verb.ts'
import { version } from './version.ts'

const help: Verb = {
  usage: 'help',
  summary: 'list what can be done',
  async run() {
    const width = Math.max(...Object.values(verbs).map(({ usage }) => usage.length))
    for (const { usage, summary } of Object.values(verbs)) console.log(`  millrace ${usage.padEnd(width)}  ${summary}`)
    return 0
  },
}

const verbs: Record<string, Verb> = { start, backup, restore, replay, edge, audit, version, help }

async function main(args: readonly string[]): Promise<number> {
  const [word = 'help', ...rest] = args
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined
  if (!verb) throw commandInvalid(`There is no "millrace ${word}": see millrace help.`)
  return verb.run(rest)
}

// A terminal that was closed must not bring us down while we stop in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  // One sentence for what a person can mend; everything else is a bug and shows where it is.
  console.error(isProblem(error) ? error.message : error)
  process.exitCode = 1
}
// Whatever timer or pipe is still there has nothing left to do.
process.exit()
