import { demoKeeper, people, type SimulatorWish } from '@millrace/demo'
import { localGateways, onLocalGatewaysChanged } from '@millrace/plant'
import type { Runtime } from '@millrace/runtime'

/** What the house (the supervisor that started us) may say. */
type FromHouse = { type: 'simulator'; endpoints: Record<string, string> } | { type: 'stop' }

/**
 * Ties the server to the house that started it: says where it listens and which gateways and simulator are wanted,
 * hears where the simulator is, and stops with it. Without a house (started by hand) it only brings the demo.
 */
export function connectHouse(options: { runtime: Runtime; url: string; demo: boolean; stop: () => void }): {
  stop(): Promise<void>
} {
  const { runtime, url, stop } = options
  let simulator: SimulatorWish
  let sending: Promise<void> = Promise.resolve()

  const tell = (message: object) => {
    if (process.connected) process.send?.(message)
  }
  // While the demo's machines are not listed there is nothing its gateways could read.
  const unfinished = () => (demoKeeper.hasMachines ? undefined : demoKeeper.enterpriseId)
  // One after the other: the newest set must arrive last.
  const tellWants = () => {
    sending = sending
      .then(async () =>
        tell({ type: 'wants', simulator: simulator ?? null, gateways: await localGateways(runtime, unfinished()) }),
      )
      .catch((error: unknown) => runtime.log.error('The wanted gateways could not be told.', {}, error))
  }

  process.on('message', (message: FromHouse) => {
    if (message.type === 'stop') stop()
    if (message.type === 'simulator') {
      demoKeeper
        .simulatorReady(runtime, message.endpoints)
        .catch((error: unknown) => runtime.log.error('The simulator could not be connected.', {}, error))
    }
  })
  process.on('disconnect', stop)

  const unsubscribe = onLocalGatewaysChanged(runtime, tellWants)
  demoKeeper.onWish((wish) => {
    simulator = wish
    tellWants()
  })
  tell({ type: 'listening', url })
  const bring = async () => {
    if (options.demo && (await demoKeeper.mayComeByItself(runtime))) await demoKeeper.install(runtime)
    // Whoever opens the address that is printed then finds them.
    await demoKeeper.untilInhabited()
    // Also when there is nobody to sign in as: the supervisor waits for this word before it prints the address.
    const featured = demoKeeper.company.state === 'absent' ? [] : people.filter((one) => one.featured)
    tell({ type: 'signIns', people: featured.map(({ name, title }) => ({ name, title })) })
  }
  bring().catch((error: unknown) => runtime.log.error('The demo company could not be brought.', {}, error))
  return {
    async stop() {
      unsubscribe()
      await sending
    },
  }
}
