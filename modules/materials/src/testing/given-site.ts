import type { Decimal } from '@millrace/base'
import { createSite, type EquipmentId } from '@millrace/plant'
import type { Context } from '@millrace/runtime'
import type { MaterialDefinition, NewMaterial } from '../contract.ts'
import { createMaterial } from '../definitions.ts'

let counter = 0

/** A plant without machines. */
export async function givenSite(ctx: Context): Promise<EquipmentId> {
  counter += 1
  const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }
  return (await createSite(ctx, { name: `Plant ${counter}`, ...place })).id
}

export function givenMaterial(
  ctx: Context,
  name: string,
  wish: Partial<NewMaterial> = {},
): Promise<MaterialDefinition> {
  counter += 1
  return createMaterial(ctx, { code: `M-${counter}`, name, unit: 'pcs', kind: 'raw', ...wish })
}

/** An exact amount, as it comes over the wire. */
export const amount = (text: string) => text as Decimal
