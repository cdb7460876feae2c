import type { BenchmarkArguments } from './benchmark.ts'
import { benchmarks } from './benchmarks.ts'

/** `bench` lists the benchmarks; `bench NAME [--json] [--data DIR] [--option value …]` runs one. */
async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name.startsWith('-')) {
    console.log('Benchmarks: npm run bench -- NAME [--json] [--data FOLDER]\n')
    for (const benchmark of benchmarks) console.log(`  ${benchmark.name.padEnd(14)} ${benchmark.summary}`)
    return 0
  }
  const benchmark = benchmarks.find((one) => one.name === name)
  if (!benchmark) {
    console.error(`There is no benchmark "${name}". There are: ${benchmarks.map((one) => one.name).join(', ')}.`)
    return 2
  }

  const args = parseArguments(rest)
  const result = await benchmark.run(args)
  if (!args.json) {
    for (const [figure, value] of Object.entries(result)) {
      console.log(`${figure.padEnd(32)} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    }
  } else console.log(JSON.stringify(result))
  return 0
}

function parseArguments(words: readonly string[]): BenchmarkArguments {
  const options = new Map<string, string>()
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    if (!word.startsWith('--')) continue
    const [key = '', inline] = word.slice(2).split('=', 2)
    const next = words[i + 1]
    if (inline !== undefined) options.set(key, inline)
    else if (key === 'json' || next === undefined || next.startsWith('--')) options.set(key, 'true')
    else {
      options.set(key, next)
      i++
    }
  }
  const json = options.get('json') === 'true'
  const dataFolder = options.get('data')
  options.delete('json')
  options.delete('data')
  return { json, dataFolder, options, print: (line) => (json ? undefined : console.log(line)) }
}

process.exitCode = await main(process.argv.slice(2))
