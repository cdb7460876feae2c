import { newId } from '@millrace/base'
import { forbidden } from '@millrace/runtime'
import { somebody, test } from '@millrace/testing'
import { sql } from 'kysely'
import { expect } from 'vitest'
import {
  type EquipmentId,
  equipmentMisplaced,
  equipmentMissing,
  type NewSite,
  nameTaken,
  shiftInvalid,
  timeZoneUnknown,
} from './contract.ts'
import { createEquipment, createSite, getEquipment, listEquipment } from './equipment.ts'

const SURSEE: NewSite = {
  name: 'Sursee',
  timeZone: 'Europe/Zurich',
  currency: 'CHF',
  country: 'Switzerland',
  shifts: [{ name: 'Early', weekdays: [1, 2, 3, 4, 5], startMinute: 360, endMinute: 840 }],
}

test('a plant is built from the site down and listed from the top', async ({ ctx }) => {
  const site = await createSite(ctx, SURSEE)
  const other = await createSite(ctx, { ...SURSEE, name: 'Querétaro' })
  const area = await createEquipment(ctx, { parentId: site.id, level: 'area', name: 'Milling' })
  const center = await createEquipment(ctx, { parentId: area.id, level: 'work-center', name: 'Cell 1' })
  const machine = await createEquipment(ctx, { parentId: center.id, level: 'work-unit', name: 'Mill 1', kind: 'mill' })

  expect(site).toMatchObject({ siteId: site.id, parentId: null, site: { timeZone: 'Europe/Zurich' }, position: 0 })
  expect(machine).toMatchObject({ siteId: site.id, parentId: center.id, kind: 'mill', site: null })
  expect(await listEquipment(ctx)).toEqual([site, other, area, center, machine])
})

test('equipment stands only below a higher level of the same tree', async ({ ctx }) => {
  const site = await createSite(ctx, SURSEE)
  const nowhere = newId<'Equipment'>(0)
  await expect(createEquipment(ctx, { parentId: site.id, level: 'work-unit', name: 'M' })).rejects.toBeProblem(
    equipmentMisplaced,
  )
  await expect(createEquipment(ctx, { parentId: site.id, level: 'area', name: 'A', kind: 'mill' })).rejects.toBeProblem(
    equipmentMisplaced,
  )
  await expect(createEquipment(ctx, { parentId: nowhere, level: 'area', name: 'A' })).rejects.toBeProblem(
    equipmentMissing,
  )
})

test('the database refuses what the rules forget', async ({ ctx }) => {
  const site = await createSite(ctx, SURSEE)
  await expect(
    sql`insert into plant.equipment (id, site_id, parent_id, parent_level, level, name, position)
      values (${newId(0)}, ${site.id}, ${site.id}, 'site', 'work-unit', 'M', 0)`.execute(ctx.db),
  ).rejects.toThrow(/equipment_level_order/)
})

test('siblings have different names, cousins may share one', async ({ ctx }) => {
  const site = await createSite(ctx, SURSEE)
  const a = await createEquipment(ctx, { parentId: site.id, level: 'area', name: 'A' })
  const b = await createEquipment(ctx, { parentId: site.id, level: 'area', name: 'B' })
  await createEquipment(ctx, { parentId: a.id, level: 'work-unit', name: 'Press' })
  await createEquipment(ctx, { parentId: b.id, level: 'work-unit', name: 'Press' })
  await expect(createEquipment(ctx, { parentId: b.id, level: 'work-unit', name: 'press' })).rejects.toBeProblem(
    nameTaken,
  )
})

test('a site needs a time zone that exists and shifts that end', async ({ ctx }) => {
  await expect(createSite(ctx, { ...SURSEE, timeZone: 'Europe/Sursee' })).rejects.toBeProblem(timeZoneUnknown)
  const backwards = { name: 'Night', weekdays: [1], startMinute: 1320, endMinute: 360 }
  await expect(createSite(ctx, { ...SURSEE, shifts: [backwards] })).rejects.toBeProblem(shiftInvalid)
})

test('a person sees and changes the sites held, and no other', async ({ ctx, as }) => {
  const mine = await createSite(ctx, SURSEE)
  const theirs = await createSite(ctx, { ...SURSEE, name: 'Querétaro' })
  const here = new Set<string>([mine.id])
  const person = somebody(ctx.enterpriseId, { 'plant:equipment:read': here, 'plant:equipment:write': here })

  expect(await as(person, listEquipment)).toEqual([mine])
  await as(person, (own) => createEquipment(own, { parentId: mine.id, level: 'area', name: 'A' }))
  await expect(
    as(person, (own) => createEquipment(own, { parentId: theirs.id, level: 'area', name: 'A' })),
  ).rejects.toBeProblem(forbidden)
  await expect(as(person, (own) => createSite(own, { ...SURSEE, name: 'Third' }))).rejects.toBeProblem(forbidden)
})

// proves: T-B2 (in part: this module's tables)
test('another enterprise sees nothing and cannot hang its equipment here', async ({ ctx, as }) => {
  const site = await createSite(ctx, SURSEE)
  const stranger = { ...ctx.actor, enterpriseId: newId(0) as string }
  await as(stranger, async (own) => {
    expect(await listEquipment(own)).toEqual([])
    await expect(getEquipment(own, site.id as EquipmentId)).rejects.toBeProblem(equipmentMissing)
  })
})
