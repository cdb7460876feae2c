import { authorize, type Context, forbidden, holdingsOf } from '@millrace/runtime'
import { type ControlSeat, controlElsewhere, keyControlsPlants, type PersonId } from './contract.ts'
import * as store from './control-seat-store.ts'
import { knownPlaces } from './extension-points.ts'
import { placeUnknown } from './grant-contract.ts'

/**
 * Insists that the actor controls machines at this site and nowhere else. Whoever controls nowhere yet takes the seat
 * here; a seat elsewhere is kept until it is moved on purpose, so that one stolen account cannot reach the machines of a
 * second plant (THREATS T-B6).
 *
 * @throws controlElsewhere, keyControlsPlants
 */
export async function holdControl(ctx: Context, siteId: string): Promise<void> {
  if (ctx.actor.kind === 'key') return insistOnOnePlant(ctx)
  // Only who signed in has a seat: the program itself acts for whoever asked it to.
  if (!ctx.actor.signIn) return
  const personId = ctx.actor.id as PersonId
  await store.takeSeat(ctx.db, personId, siteId, ctx.now)
  const seat = await store.findSeat(ctx.db, personId)
  if (seat && seat.siteId !== siteId) {
    throw controlElsewhere('You control another plant. Move your control here first.', {
      siteId: seat.siteId,
      wantedSiteId: siteId,
    })
  }
}

/** Nobody is at a key to move its control: it may reach the machines of one plant, or none. @throws keyControlsPlants */
function insistOnOnePlant(ctx: Context): void {
  const held = ctx.permissions
    .filter(({ kind }) => kind === 'control')
    .flatMap(({ name }) => holdingsOf(ctx.actor, name))
  const sites = new Set(held.map(({ where }) => (where === 'everywhere' ? where : where.siteId)))
  if (sites.has('everywhere') || sites.size > 1) {
    throw keyControlsPlants('This key reaches machines of more than one plant. Make one for each plant.')
  }
}

/** Where the actor controls machines now. */
export async function getControlSeat(ctx: Context): Promise<ControlSeat> {
  const seat = ctx.actor.kind === 'person' ? await store.findSeat(ctx.db, ctx.actor.id as PersonId) : undefined
  return { siteId: seat?.siteId ?? null, since: seat?.since ?? null }
}

/** Moves the actor's control to another site. The route asks for a step-up. @throws forbidden */
export async function moveControl(ctx: Context, siteId: string): Promise<ControlSeat> {
  if (ctx.actor.kind !== 'person') throw forbidden('Only people move their control.')
  const controls = ctx.permissions.filter((permission) => permission.kind === 'control').map(({ name }) => name)
  const held = controls.find((name) => ctx.actor.permissions.has(name)) ?? controls[0] ?? ''
  authorize(ctx.actor, held, siteId)
  const known = (await ctx.ask(knownPlaces, [siteId])).some((places) => places.get(siteId)?.level === 'site')
  if (!known) throw placeUnknown(`There is no site ${siteId}.`, { placeId: siteId })
  const before = await getControlSeat(ctx)
  await store.moveSeat(ctx.db, ctx.actor.id as PersonId, siteId, ctx.now)
  ctx.audit({
    action: 'identity.control-seat.move',
    object: `person ${ctx.actor.id}`,
    detail: { before: before.siteId, after: siteId },
  })
  return { siteId, since: ctx.now }
}
