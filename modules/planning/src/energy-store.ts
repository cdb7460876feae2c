import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type {
  EnergySetup,
  EnergySite,
  MachinePower,
  NewTariff,
  SlotSeries,
  Tariff,
  TariffId,
} from './energy-contract.ts'
import './tables.ts'

/** Several years of quarterly tariffs. */
export const TARIFF_LIMIT = 60
const POWER_LIMIT = 2000
/** More slots than any plan reaches over: half a year of quarters of an hour, of three kinds. */
const SLOTS_READ = 60_000

/** The tariffs of a site, the newest first. */
export function listTariffs(db: Db, siteId: EquipmentId): Promise<Tariff[]> {
  return db
    .selectFrom('planning.energyTariff')
    .select(['id', 'siteId', 'name', 'validFrom', 'validTo', 'otherwisePerKwh', 'steps'])
    .select(['spotExpectedPerKwh', 'peakChargePerKw'])
    .where('siteId', '=', siteId)
    .orderBy('validFrom', 'desc')
    .limit(TARIFF_LIMIT)
    .execute()
}

export function findTariff(
  db: Db,
  id: TariffId,
): Promise<{ id: TariffId; siteId: EquipmentId; name: string } | undefined> {
  return db.selectFrom('planning.energyTariff').select(['id', 'siteId', 'name']).where('id', '=', id).executeTakeFirst()
}

/** Violates `energy_tariff_from` when another one begins on that day. */
export async function addTariff(db: Db, id: TariffId, { steps, ...tariff }: NewTariff): Promise<void> {
  await db
    .insertInto('planning.energyTariff')
    .values({ id, ...tariff, steps: JSON.stringify(steps) })
    .execute()
}

/** Violates `energy_tariff_from` when another one begins on that day. */
export async function saveTariff(db: Db, id: TariffId, { steps, ...tariff }: NewTariff): Promise<void> {
  await db
    .updateTable('planning.energyTariff')
    .set({ ...tariff, steps: JSON.stringify(steps) })
    .where('id', '=', id)
    .execute()
}

export async function removeTariff(db: Db, id: TariffId): Promise<void> {
  await db.deleteFrom('planning.energyTariff').where('id', '=', id).execute()
}

export function findEnergySite(db: Db, siteId: EquipmentId): Promise<(EnergySite & { peakMonth: string }) | undefined> {
  return db
    .selectFrom('planning.energySite')
    .select(['siteId', 'baseLoadKw', 'carbonGramsPerKwh', 'peakReachedKw', 'peakMonth'])
    .where('siteId', '=', siteId)
    .executeTakeFirst()
}

export async function saveEnergySite(db: Db, row: EnergySite & { peakMonth: string }): Promise<void> {
  await db
    .insertInto('planning.energySite')
    .values(row)
    .onConflict((conflict) => conflict.columns(['enterpriseId', 'siteId']).doUpdateSet(row))
    .execute()
}

export function listPowers(db: Db, siteId: EquipmentId): Promise<MachinePower[]> {
  return db
    .selectFrom('planning.energyPower')
    .select(['workUnitId', 'processKw', 'families', 'setupKw', 'idleKw', 'outsideKw'])
    .select(['maySwitchOff', 'switchOnKwh', 'switchOnMinutes'])
    .where('siteId', '=', siteId)
    .limit(POWER_LIMIT)
    .execute()
}

export async function savePower(db: Db, siteId: EquipmentId, { families, ...power }: MachinePower): Promise<void> {
  const row = { siteId, ...power, families: JSON.stringify(families) }
  await db
    .insertInto('planning.energyPower')
    .values(row)
    .onConflict((conflict) => conflict.columns(['enterpriseId', 'workUnitId']).doUpdateSet(row))
    .execute()
}

/** What is known of slots that have not ended before a moment. */
export type KnownSlot = Pick<SlotSeries, 'kind' | 'minutes'> & SlotSeries['slots'][number]

export function listSlots(db: Db, siteId: EquipmentId, from: Instant, to: Instant): Promise<KnownSlot[]> {
  return db
    .selectFrom('planning.energySlot')
    .select(['kind', 'minutes', 'startAt', 'value'])
    .where('siteId', '=', siteId)
    .where('startAt', '>=', from)
    .where('startAt', '<', to)
    .orderBy('startAt')
    .limit(SLOTS_READ)
    .execute()
}

/** Replaces all slots of a kind between the first and the end of the last; those that ended before `keptFrom` go. */
export async function saveSlots(
  db: Db,
  { siteId, kind, minutes, slots }: SlotSeries,
  span: { readonly fromAt: Instant; readonly toAt: Instant; readonly keptFrom: Instant },
): Promise<void> {
  await db
    .deleteFrom('planning.energySlot')
    .where('siteId', '=', siteId)
    .where('kind', '=', kind)
    .where((eb) =>
      eb.or([
        eb('startAt', '<', span.keptFrom),
        eb.and([eb('startAt', '>=', span.fromAt), eb('startAt', '<', span.toAt)]),
      ]),
    )
    .execute()
  await db
    .insertInto('planning.energySlot')
    .values(slots.map((slot) => ({ siteId, kind, minutes, ...slot })))
    .execute()
}

export async function removeSlots(db: Db, siteId: EquipmentId, kind: SlotSeries['kind']): Promise<void> {
  await db.deleteFrom('planning.energySlot').where('siteId', '=', siteId).where('kind', '=', kind).execute()
}

/** What is kept of each kind, in short. */
export async function summariseSlots(db: Db, siteId: EquipmentId): Promise<EnergySetup['slots']> {
  const rows = await db
    .selectFrom('planning.energySlot')
    .select(['kind'])
    .select((eb) => [
      eb.fn.min('startAt').as('fromAt'),
      eb.fn.max('startAt').as('toAt'),
      eb.fn.countAll<string>().as('count'),
      eb.fn.min('value').as('least'),
      eb.fn.max('value').as('most'),
    ])
    .where('siteId', '=', siteId)
    .groupBy('kind')
    .orderBy('kind')
    .execute()
  return rows.map(({ count, ...row }) => ({ ...row, count: Number(count) }))
}
