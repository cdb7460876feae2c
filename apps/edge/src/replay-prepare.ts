import { readFile } from 'node:fs/promises'
import { isUuid } from '@millrace/base'
import { Equipment, Replay } from '@millrace/plant/contract'
import { Type } from 'typebox'
import { Check } from 'typebox/value'
import { Cloud, problemText } from './cloud.ts'
import type { Recording } from './replay-recording.ts'

const EquipmentList = Type.Object({ items: Type.Array(Equipment) })

/** Makes machine, signals and gateway for recordings, as the person whose token is in the file. */
export class ReplayPreparation {
  private readonly cloud: Cloud

  constructor(url: URL, tokenFile: string) {
    this.cloud = new Cloud(url, async () => (await readFile(tokenFile, 'utf8')).trim())
  }

  /** The id of a site, by id or by name. @throws Error that lists the sites when there is none. */
  async siteId(plant: string): Promise<string> {
    if (isUuid(plant)) return plant
    const answer = await this.cloud.send({ method: 'GET', path: '/plant/equipment' })
    if (answer.status !== 200 || !Check(EquipmentList, answer.json)) {
      throw new Error(`The server does not list its plants (${problemText(answer)}).`)
    }
    const sites = answer.json.items.filter(({ level }) => level === 'site')
    const wanted = plant.toLowerCase()
    const site =
      sites.find(({ name }) => name.toLowerCase() === wanted) ??
      sites.find(({ name }) => name.toLowerCase().startsWith(wanted))
    if (!site) throw new Error(`There is no plant "${plant}". There are: ${sites.map(({ name }) => name).join(', ')}.`)
    return site.id
  }

  /** @returns the code that enrols the machine's gateway. */
  async prepare(siteId: string, machineName: string, signals: Recording['signals']): Promise<string> {
    const json = {
      siteId,
      machineName,
      signals: signals.map(({ name, unit }) => (unit === undefined ? { name } : { name, unit })),
    }
    const answer = await this.cloud.send({ method: 'POST', path: '/plant/replays', json })
    if (answer.status >= 300 || !Check(Replay, answer.json)) {
      throw new Error(`The server cannot prepare the machine "${machineName}" (${problemText(answer)}).`)
    }
    return answer.json.gatewayEnrolmentCode
  }

  close(): void {
    this.cloud.close()
  }
}
