import { welcome } from '@millrace/identity'
import { type Actor, authorize, type Context, forbidden, may, type Runtime } from '@millrace/runtime'
import {
  type Breakdown,
  type BreakdownMove,
  type DemoCompany,
  demoAbsent,
  type Story,
  type StoryMove,
} from './contract.ts'
import type { DemoKeeper } from './keeper.ts'
import * as simulator from './simulator.ts'

/**
 * Starts bringing the demo company: anybody may while there is no company at all, later somebody with the grant.
 *
 * @throws forbidden, demoBusy
 */
export async function bringDemo(runtime: Runtime, keeper: DemoKeeper, actor: Actor | undefined): Promise<DemoCompany> {
  const { setUp } = await welcome(runtime)
  if (setUp && !(actor && may(actor, 'demo:company:write'))) {
    throw forbidden('Only an administrator of the company here may bring the demo company.')
  }
  return keeper.install(runtime)
}

/** Starts removing the demo company with all its data. @throws forbidden, demoAbsent, demoBusy */
export async function removeDemo(runtime: Runtime, ctx: Context, keeper: DemoKeeper): Promise<DemoCompany> {
  // Held at one of the demo's plants is enough: it is the company of whoever tries it out.
  authorizeStory(ctx, 'demo:company:write', keeper)
  ctx.audit({ action: 'demo.company.remove', object: `enterprise ${keeper.enterpriseId}` })
  return keeper.remove(runtime)
}

/** The faults and opportunities the simulator can tell. @throws demoAbsent, simulatorUnavailable */
export async function listStories(ctx: Context, keeper: DemoKeeper): Promise<{ items: Story[] }> {
  authorizeStory(ctx, 'demo:story:read', keeper)
  return { items: await simulator.listStories(keeper.controlUrl()) }
}

/** Starts, speeds up or resets a story. @throws demoAbsent, simulatorUnavailable */
export async function moveStory(ctx: Context, keeper: DemoKeeper, id: string, move: StoryMove): Promise<Story> {
  authorizeStory(ctx, 'demo:story:write', keeper)
  const story = await simulator.moveStory(keeper.controlUrl(), id, move)
  ctx.audit({
    action: `demo.story.${move.action}`,
    object: `story ${id}`,
    detail: { title: story.title, speed: move.speed ?? null },
  })
  return story
}

/** The machines that can be made to break down. @throws demoAbsent, simulatorUnavailable */
export async function listBreakdowns(ctx: Context, keeper: DemoKeeper): Promise<{ items: Breakdown[] }> {
  authorizeStory(ctx, 'demo:story:read', keeper)
  return { items: await simulator.listBreakdowns(keeper.controlUrl()) }
}

/** Breaks a machine down, or repairs it. @throws demoAbsent, simulatorUnavailable */
export async function moveBreakdown(
  ctx: Context,
  keeper: DemoKeeper,
  id: string,
  move: BreakdownMove,
): Promise<Breakdown> {
  authorizeStory(ctx, 'demo:story:write', keeper)
  const moved = await simulator.moveBreakdown(keeper.controlUrl(), id, move)
  ctx.audit({ action: `demo.breakdown.${move.action}`, object: `breakdown ${id}`, detail: { name: moved.machine } })
  return moved
}

function authorizeStory(ctx: Context, permission: string, keeper: DemoKeeper): void {
  if (ctx.enterpriseId !== keeper.enterpriseId && permission !== 'demo:company:write') {
    throw demoAbsent('You are not in the demo company.')
  }
  const reach = ctx.actor.permissions.get(permission)
  if (reach === undefined) authorize(ctx.actor, permission)
}
