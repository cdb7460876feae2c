import {
  AttributeIds,
  BrowseDirection,
  browseAll,
  type ClientSession,
  DataType,
  makeBrowsePath,
  NodeClass,
  type NodeId,
  resolveNodeId,
} from 'node-opcua-client'
import type { Discovery } from '../driver.ts'

const VARIABLES_MAX = 5_000
const OBJECTS_MAX = 5_000
const DEPTH_MAX = 12

/** Nodes asked about in one request; servers limit it, and this is below what they commonly allow. */
const AT_ONCE = 100

type Place = { nodeId: NodeId; path: string; depth: number }

const RESULT_NAMES_AND_CLASSES = 63

/**
 * Looks through the server's address space for variables outside its own namespace, from the Objects folder down.
 * Bounded in depth and number; a server with loops is not followed twice.
 *
 * @returns one entry per variable of a kind we take, with its engineering unit where it has one (Part 8 §5.6.3).
 */
export async function discover(session: ClientSession, signal: AbortSignal): Promise<Discovery[]> {
  const seen = new Set<string>()
  const variables: Place[] = []
  let level: Place[] = [{ nodeId: resolveNodeId('ObjectsFolder'), path: '', depth: 0 }]
  while (level.length > 0 && seen.size < OBJECTS_MAX && variables.length < VARIABLES_MAX) {
    signal.throwIfAborted()
    const next: Place[] = []
    for (const places of chunks(level)) next.push(...(await childrenOf(session, places, seen, variables)))
    level = next
  }
  const found: Discovery[] = []
  for (const places of chunks(variables.slice(0, VARIABLES_MAX))) {
    signal.throwIfAborted()
    found.push(...(await describe(session, places)))
  }
  return found
}

async function childrenOf(
  session: ClientSession,
  places: readonly Place[],
  seen: Set<string>,
  variables: Place[],
): Promise<Place[]> {
  const results = await browseAll(
    session,
    places.map(({ nodeId }) => ({
      nodeId,
      browseDirection: BrowseDirection.Forward,
      referenceTypeId: 'HierarchicalReferences',
      includeSubtypes: true,
      nodeClassMask: NodeClass.Object | NodeClass.Variable,
      resultMask: RESULT_NAMES_AND_CLASSES,
    })),
  )
  const objects: Place[] = []
  for (const [index, result] of results.entries()) {
    const parent = places[index]
    for (const reference of result.references ?? []) {
      const key = reference.nodeId.toString()
      // Namespace 0 is the server describing itself.
      if (!parent || reference.nodeId.namespace === 0 || seen.has(key)) continue
      seen.add(key)
      const name = reference.browseName.name ?? ''
      const place: Place = {
        nodeId: reference.nodeId,
        path: parent.path === '' ? name : `${parent.path}/${name}`,
        depth: parent.depth + 1,
      }
      if (reference.nodeClass === NodeClass.Variable) variables.push(place)
      else if (place.depth < DEPTH_MAX) objects.push(place)
    }
  }
  return objects
}

async function describe(session: ClientSession, places: readonly Place[]): Promise<Discovery[]> {
  const ask = (attributeId: AttributeIds) => session.read(places.map(({ nodeId }) => ({ nodeId, attributeId })))
  const [types, ranks, units] = [
    await ask(AttributeIds.DataType),
    await ask(AttributeIds.ValueRank),
    await unitsOf(session, places),
  ]
  const found: Discovery[] = []
  for (const [index, { nodeId, path }] of places.entries()) {
    const type: unknown = types[index]?.value.value
    const rank: unknown = ranks[index]?.value.value
    const kind = kindOf(type, typeof rank === 'number' && rank >= 0)
    const unit = units[index]
    const name = path.slice(-200)
    if (kind) found.push({ address: nodeId.toString(), name, kind, ...(unit === undefined ? {} : { unit }) })
  }
  return found
}

function kindOf(type: unknown, isArray: boolean): Discovery['kind'] | undefined {
  if (typeof type !== 'object' || type === null || !('value' in type) || !('namespace' in type)) return undefined
  if (type.namespace !== 0 || typeof type.value !== 'number') return undefined
  const number = type.value >= DataType.Boolean && type.value <= DataType.Double
  if (number) return isArray ? 'vector' : 'number'
  const text = type.value === DataType.String || type.value === DataType.LocalizedText
  return text && !isArray ? 'text' : undefined
}

async function unitsOf(session: ClientSession, places: readonly Place[]): Promise<(string | undefined)[]> {
  const paths = await session.translateBrowsePath(
    places.map(({ nodeId }) => makeBrowsePath(nodeId, '.EngineeringUnits')),
  )
  const targets = paths.map((path) => path.targets?.[0]?.targetId)
  const wanted = targets.filter((target) => target !== undefined)
  if (wanted.length === 0) return []
  const values = await session.read(wanted.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value })))
  const texts = values.map((data): string | undefined => {
    const unit: unknown = data.value.value
    const shown = typeof unit === 'object' && unit !== null && 'displayName' in unit ? unit.displayName : undefined
    const text = typeof shown === 'object' && shown !== null && 'text' in shown ? shown.text : undefined
    return typeof text === 'string' && text !== '' ? text.slice(0, 40) : undefined
  })
  return targets.map((target) => (target === undefined ? undefined : texts.shift()))
}

function* chunks<T>(list: readonly T[]): Generator<T[]> {
  for (let start = 0; start < list.length; start += AT_ONCE) yield list.slice(start, start + AT_ONCE)
}
