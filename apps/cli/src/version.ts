import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { CHECKOUT } from './config.ts'
import type { Verb } from './verb.ts'

export const version: Verb = {
  usage: 'version',
  summary: 'say which version this is',
  async run() {
    const { version } = JSON.parse(await readFile(path.join(CHECKOUT, 'package.json'), 'utf8'))
    console.log(`Millrace ${version}, Node ${process.versions.node}`)
    return 0
  },
}
