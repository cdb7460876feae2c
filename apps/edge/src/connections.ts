import type { GatewayConfiguration } from '@millrace/plant/contract'
import { Connection, type ConnectionListener, type ConnectionSettings, type DriverFactory } from './connection.ts'
import { type Counted, type Log, messageOf } from './log.ts'

/** The connections of the configuration in force. */
export class Connections {
  private readonly factory: DriverFactory
  private readonly log: Log
  private readonly counted: Counted
  private readonly listener: ConnectionListener
  private readonly open = new Map<string, Connection>()

  constructor(factory: DriverFactory, log: Log, counted: Counted, listener: ConnectionListener) {
    this.factory = factory
    this.log = log
    this.counted = counted
    this.listener = listener
  }

  /** Closes what is gone or changed, changes what is read, opens what is new. */
  async apply({ connections, tags, setPoints }: GatewayConfiguration): Promise<void> {
    const wanted = new Map(
      connections
        .filter(({ protocol }) => protocol !== 'replay' && protocol !== 'mqtt')
        .map((one) => [one.id as string, one]),
    )
    for (const [id, connection] of this.open) {
      const settings = wanted.get(id)
      if (settings && sameSettings(settings, connection.settings)) continue
      this.open.delete(id)
      await connection.close()
      this.listener.lost(id)
    }
    for (const [id, settings] of wanted) {
      const addresses = new Set(tags.filter((tag) => tag.connectionId === id).map((tag) => tag.address))
      // A set-point is written rarely and compared often: its present value must be at hand.
      for (const setPoint of addresses.size > 0 ? setPoints : []) {
        if (setPoint.connectionId !== id) continue
        addresses.add(setPoint.readBackAddress ?? setPoint.address)
        if (setPoint.interlock) addresses.add(setPoint.interlock.address)
      }
      const known = this.open.get(id)
      if (known) {
        await known.watch([...addresses])
        continue
      }
      const connection = new Connection(settings, [...addresses], this.factory, this.listener, this.log, this.counted)
      this.open.set(id, connection)
      connection.start()
    }
    this.listener.changed()
  }

  driverOf(id: string) {
    return this.open.get(id)?.driver
  }

  states() {
    return Array.from(this.open.values(), ({ state }) => state)
  }

  async close(): Promise<void> {
    const closings = Array.from(this.open.values(), (connection) =>
      connection.close().catch((error: unknown) => {
        this.log.warn('A connection did not close well.', { name: connection.settings.name, reason: messageOf(error) })
      }),
    )
    await Promise.all(closings)
  }
}

function sameSettings(a: ConnectionSettings, b: ConnectionSettings): boolean {
  return (
    a.protocol === b.protocol && a.endpoint === b.endpoint && JSON.stringify(a.options) === JSON.stringify(b.options)
  )
}
