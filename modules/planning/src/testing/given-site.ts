import { DAY_MS, HOUR_MS, type Instant, later } from '@millrace/base'
import { createEquipment, createSite, type EquipmentId } from '@millrace/plant'
import type { Context } from '@millrace/runtime'
import { createGroup, setSetups } from '../capacity.ts'
import type { Product, ProductionOrder } from '../contract.ts'
import { createOrder } from '../orders.ts'
import { createProduct } from '../products.ts'

export interface GivenSite {
  readonly siteId: EquipmentId
  readonly mills: readonly [EquipmentId, EquipmentId]
  readonly grinder: EquipmentId
  order(ctx: Context, wish?: Partial<{ number: string; quantity: number; dueAt: Instant }>): Promise<ProductionOrder>
}

let counter = 0

/** A plant that works around the clock, with two mills and a grinder, and two products that go through both. */
export async function givenSite(ctx: Context): Promise<GivenSite> {
  counter += 1
  const site = await createSite(ctx, {
    ...{ name: `Plant ${counter}`, timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland' },
    shifts: [
      { name: 'Day', weekdays: [1, 2, 3, 4, 5, 6, 7], startMinute: 360, endMinute: 1080 },
      { name: 'Night', weekdays: [1, 2, 3, 4, 5, 6, 7], startMinute: 1080, endMinute: 1800 },
    ],
  })
  const area = await createEquipment(ctx, { parentId: site.id, level: 'area', name: 'Milling' })
  const unit = async (name: string) =>
    (await createEquipment(ctx, { parentId: area.id, level: 'work-unit', name, kind: 'mill' })).id
  const mills = [await unit('Mill 1'), await unit('Mill 2')] as const
  const grinder = await unit('Grinder A')
  const made: Product[] = []
  for (const [code, setupFamily] of [
    ['CK200', 'long'],
    ['PK91', 'short'],
  ] as const) {
    const product = await createProduct(ctx, {
      ...{ siteId: site.id, code, name: `Blade ${code}`, family: setupFamily },
      steps: [
        {
          ...{ name: 'Milling', setupFamily, splittable: true, operators: null },
          alternatives: mills.map((workUnitId) => ({ workUnitId, minutesPerPiece: 1 })),
        },
        {
          ...{ name: 'Grinding', setupFamily, splittable: true },
          operators: { skill: 'grinding', count: 1, time: 'whole' },
          alternatives: [{ workUnitId: grinder, minutesPerPiece: 1 }],
        },
      ],
    })
    made.push(product)
  }
  await createGroup(ctx, {
    ...{ siteId: site.id, name: 'Grinders', skills: ['grinding'] },
    headcounts: [
      { shift: 'Day', count: 2 },
      { shift: 'Night', count: 1 },
    ],
  })
  for (const workUnitId of [...mills, grinder]) await setSetups(ctx, { workUnitId, otherwiseMinutes: 30, changes: [] })
  return {
    siteId: site.id,
    mills,
    grinder,
    order: (ctx, wish = {}) => {
      counter += 1
      const product = made[counter % made.length]
      if (!product) throw new Error('No product was made.')
      return createOrder(ctx, {
        ...{ siteId: site.id, number: `${4000 + counter}`, productId: product.id, quantity: 120, priority: 3 },
        ...{ customer: null, releaseAt: later(ctx.now, -HOUR_MS), dueAt: later(ctx.now, 2 * DAY_MS), ...wish },
      })
    },
  }
}
