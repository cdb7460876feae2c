import { newId } from '@millrace/base'
import { violates } from '@millrace/db'
import { getEquipment, getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import { listTree } from './capacity-store.ts'
import { workUnitMisplaced } from './contract.ts'
import {
  capacityInvalid,
  type NewTool,
  TOOL_LIMIT,
  type Tool,
  type ToolId,
  type Transports,
  toolInUse,
  toolMissing,
  toolTaken,
  tooManyTools,
  type UnitCapacity,
  wayInvalid,
} from './resource-contract.ts'
import * as store from './resource-store.ts'

/** Adds a kind of tool. @throws equipmentMissing, forbidden, toolTaken, tooManyTools */
export async function createTool(ctx: Context, tool: NewTool): Promise<Tool> {
  await getSite(ctx, tool.siteId)
  authorize(ctx.actor, 'planning:order:write', tool.siteId)
  if ((await store.listTools(ctx.db, tool.siteId)).length >= TOOL_LIMIT)
    throw tooManyTools(`A site has at most ${TOOL_LIMIT} kinds of tools.`)
  const id = newId<'Tool'>(ctx.nowMs)
  await saving(tool.name, () => store.addTool(ctx.db, id, tool))
  auditTool(ctx, 'create', id, tool)
  return { id, ...tool }
}

/** Says anew what a tool is called and how many there are. @throws toolMissing, forbidden, toolTaken */
export async function changeTool(ctx: Context, id: ToolId, tool: NewTool): Promise<Tool> {
  const before = await foundTool(ctx, id)
  if (before.siteId !== tool.siteId) throw toolMissing(`There is no tool ${id} at this site.`)
  await saving(tool.name, () => store.saveTool(ctx.db, id, tool))
  auditTool(ctx, 'change', id, tool)
  return { id, ...tool }
}

/** @throws toolMissing, forbidden, toolInUse `products` are the codes of those that need it */
export async function removeTool(ctx: Context, id: ToolId): Promise<void> {
  const tool = await foundTool(ctx, id)
  const products = await store.listProductsWith(ctx.db, id)
  if (products.length > 0)
    throw toolInUse(`${tool.name} is needed by ${products.join(', ')}. Take it out of their routings first.`, {
      products,
    })
  await store.removeTool(ctx.db, id)
  auditTool(ctx, 'remove', id, tool)
}

async function foundTool(ctx: Context, id: ToolId): Promise<Tool> {
  const tool = await store.findTool(ctx.db, id)
  if (!tool) throw toolMissing(`There is no tool ${id}.`)
  authorize(ctx.actor, 'planning:order:write', tool.siteId)
  return tool
}

async function saving(name: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (violates(error, 'tool_name')) throw toolTaken(`There is a tool ${name} already.`, {}, { cause: error })
    throw error
  }
}

function auditTool(ctx: Context, verb: 'create' | 'change' | 'remove', id: ToolId, { siteId, name, count }: NewTool) {
  ctx.audit({ action: `planning.tool.${verb}`, object: `tool ${id}`, siteId, detail: { name, count } })
}

/** Says what a work unit takes at a time. @throws equipmentMissing, forbidden, workUnitMisplaced, capacityInvalid */
export async function setUnitCapacity(ctx: Context, capacity: UnitCapacity): Promise<UnitCapacity> {
  const unit = await getEquipment(ctx, capacity.workUnitId)
  authorize(ctx.actor, 'planning:order:write', unit.siteId)
  if (unit.level !== 'work-unit') throw workUnitMisplaced(`${unit.name} is no machine.`)
  if ((capacity.kind === 'batch') !== (capacity.load !== null))
    throw capacityInvalid('Say what one charge may carry, and only where several orders go through together.')
  await store.saveUnitCapacity(ctx.db, unit.siteId, capacity)
  const { kind, count, load } = capacity
  ctx.audit({
    ...{ action: 'planning.unit-capacity.change', object: `unit-capacity ${unit.id}`, siteId: unit.siteId },
    detail: { name: unit.name, kind, count, load },
  })
  return capacity
}

/** Says anew how long it takes between the areas of a site. @throws equipmentMissing, forbidden, wayInvalid */
export async function setTransports(ctx: Context, { siteId, ways }: Transports): Promise<Transports> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:write', siteId)
  const areas = await areasOf(ctx, siteId)
  const seen = new Set<string>()
  for (const { fromAreaId, toAreaId } of ways) {
    if (!areas.has(fromAreaId) || !areas.has(toAreaId)) throw wayInvalid('A way leads between areas of its own site.')
    const key = `${fromAreaId} ${toAreaId}`
    if (fromAreaId === toAreaId || seen.has(key)) throw wayInvalid('Each way is named once, between different areas.')
    seen.add(key)
  }
  await store.saveTransports(ctx.db, siteId, ways)
  ctx.audit({
    ...{ action: 'planning.transport.change', object: `transport ${siteId}`, siteId },
    detail: { ways: ways.length },
  })
  return { siteId, ways }
}

async function areasOf(ctx: Context, siteId: EquipmentId): Promise<Set<EquipmentId>> {
  const tree = await listTree(ctx.db, siteId)
  return new Set(tree.filter(({ level }) => level === 'area').map(({ id }) => id))
}
