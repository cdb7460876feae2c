import { mkdir } from 'node:fs/promises'
import { anchorOf, connections, machines } from '@millrace/demo/world'
import { startBroker } from './broker.ts'
import type { SimulatorConfig } from './config.ts'
import { startControlServer } from './control-server.ts'
import { SparkplugEdgeNode } from './edge-node.ts'
import { createLivingPlants } from './living-plants.ts'
import { log } from './log.ts'
import { startOpcUaServer } from './opcua-server.ts'
import { loadState, type SavedState, STATE_VERSION, saveState } from './state-file.ts'

export type Simulator = {
  /** URL of every endpoint: one per connection of the demo world, and `control`. */
  endpoints: Record<string, string>
  stop(): Promise<void>
}

const SAVE_EVERY_MS = 30_000
const CONTROL = 'control'

/**
 * Brings both plants to life behind real sockets.
 *
 * A state from an earlier run is continued, however long ago that was, unless it belongs to another seed or anchor.
 */
export async function startSimulator({ directory, seed, anchorMs }: SimulatorConfig): Promise<Simulator> {
  await mkdir(directory, { recursive: true })
  const found = await loadState(directory)
  const continued = found && found.seed === seed && (anchorMs ?? found.anchorMs) === found.anchorMs ? found : undefined
  const nowMs = Date.now()
  const anchor = continued?.anchorMs ?? anchorMs ?? anchorOf(nowMs)
  const living = createLivingPlants(anchor, seed, continued?.plants, nowMs)
  const portOf = (endpoint: string): number | undefined => found?.ports[endpoint]

  const stops: (() => Promise<void>)[] = []
  try {
    const control = await startControlServer(living, portOf(CONTROL))
    stops.push(control.stop)
    const endpoints: Record<string, string> = { [CONTROL]: control.url }
    const ports: Record<string, number> = { [CONTROL]: control.port }
    const edgeNodes: SparkplugEdgeNode[] = []

    for (const connection of connections) {
      const group = machines.filter(({ connectionKey }) => connectionKey === connection.key)
      const preferredPort = portOf(connection.key)
      if (connection.protocol === 'opc-ua') {
        const server = await startOpcUaServer({
          key: connection.key,
          machines: group,
          living,
          directory,
          preferredPort,
        })
        stops.push(server.stop)
        living.onSample(server.sample)
        endpoints[connection.key] = server.url
        ports[connection.key] = server.port
        continue
      }
      const broker = await startBroker(preferredPort)
      stops.push(broker.stop)
      endpoints[connection.key] = broker.url
      ports[connection.key] = broker.port
      const groupId = connection.groupId ?? connection.siteKey
      for (const [edgeNodeId, behind] of Map.groupBy(group, (machine) => machine.edgeNodeId ?? 'Shopfloor')) {
        const previousBdSeq = found?.bdSeqs[`${groupId}/${edgeNodeId}`]
        edgeNodes.push(
          new SparkplugEdgeNode({
            brokerUrl: broker.url,
            groupId,
            edgeNodeId,
            machines: behind,
            living,
            previousBdSeq,
          }),
        )
      }
    }
    for (const edgeNode of edgeNodes) {
      living.onSample((atMs, waveforms) => edgeNode.publishChanges(atMs, waveforms))
      edgeNode.start()
    }

    const state = (): SavedState => ({
      version: STATE_VERSION,
      seed,
      anchorMs: anchor,
      plants: living.snapshot(),
      bdSeqs: Object.fromEntries(edgeNodes.map((node) => [node.key, node.bdSeq])),
      ports,
    })
    const saving = keepSaving(directory, state)
    living.start()
    log.info({ endpoints, continued: continued !== undefined }, 'The plants are alive')

    return {
      endpoints,
      async stop() {
        living.stop()
        await saving.stop()
        await Promise.all(edgeNodes.map((node) => node.stop()))
        await Promise.all(stops.map((stop) => stop()))
      },
    }
  } catch (error) {
    await Promise.allSettled(stops.map((stop) => stop()))
    throw error
  }
}

/** Saves now and then, one write at a time, and once more when stopped. */
function keepSaving(directory: string, state: () => SavedState) {
  let last = Promise.resolve()
  const save = (): Promise<void> => {
    last = last
      .then(() => saveState(directory, state()))
      .catch((error) => log.error({ err: error }, 'The state cannot be saved'))
    return last
  }
  const timer = setInterval(() => void save(), SAVE_EVERY_MS)
  void save()
  return {
    stop(): Promise<void> {
      clearInterval(timer)
      return save()
    },
  }
}
