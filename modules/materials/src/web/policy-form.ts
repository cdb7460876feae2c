import { thousandthsOf } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { LotRule, SitePolicy } from '../contract.ts'
import { amountOf } from './amounts.ts'
import { definitionTexts } from './definition-texts.ts'

const words = definitionTexts.policy

/** How a site comes by a material, as it is typed. */
export interface PolicyFields {
  readonly supply: SitePolicy['supply']
  readonly fromSiteId: string | null
  readonly supplier: string
  readonly leadTimeDays: string
  readonly safetyStock: string
  readonly lot: LotRule['kind']
  readonly minimum: string
  readonly multiple: string
  readonly unitCost: string
  readonly responsible: string
}

export type PolicyProblems = Partial<Record<keyof PolicyFields, string>>

/** What planning assumes where nobody has said anything. */
const LEAD_TIME_ASSUMED = '7'
const LEAD_TIME_DAYS_MAX = 730

/** @param isMade whether the material has a bill, so that it is probably made where nobody has said how it comes. */
export function fieldsOf(policy: SitePolicy | null, isMade: boolean): PolicyFields {
  const lot = policy?.lot
  return {
    supply: policy?.supply ?? (isMade ? 'make' : 'buy'),
    fromSiteId: policy?.fromSiteId ?? null,
    supplier: policy?.supplier ?? '',
    leadTimeDays: policy ? String(policy.leadTimeDays) : LEAD_TIME_ASSUMED,
    safetyStock: policy?.safetyStock ?? '0',
    lot: lot?.kind ?? 'lot-for-lot',
    minimum: lot?.kind === 'multiple' ? lot.minimum : '0',
    multiple: lot?.kind === 'multiple' ? lot.multiple : '1',
    unitCost: policy?.unitCost ?? '0',
    responsible: policy?.responsible ?? '',
  }
}

/** The policy that was typed, or what is wrong with which field. Fields that do not belong to the kind of supply do not count. */
export function policyOf(fields: PolicyFields): {
  readonly policy?: Omit<SitePolicy, 'siteId' | 'materialId'>
  readonly problems: PolicyProblems
} {
  const { supply, fromSiteId } = fields
  const leadTimeDays = /^\d{1,3}$/.test(fields.leadTimeDays.trim()) ? Number(fields.leadTimeDays) : Number.NaN
  const [safetyStock, unitCost] = [amountOf(fields.safetyStock), amountOf(fields.unitCost)]
  const lot = lotOf(fields)
  const isLeadTime = leadTimeDays <= LEAD_TIME_DAYS_MAX
  const isSource = supply !== 'transfer' || fromSiteId !== null
  if (isLeadTime && isSource && safetyStock !== undefined && unitCost !== undefined && lot !== undefined)
    return {
      policy: {
        ...{ supply, leadTimeDays, safetyStock, lot, unitCost },
        fromSiteId: supply === 'transfer' ? (fromSiteId as EquipmentId) : null,
        supplier: supply === 'buy' ? fields.supplier.trim() || null : null,
        responsible: fields.responsible.trim() || null,
      },
      problems: {},
    }
  return {
    problems: {
      ...(!isSource && { fromSiteId: words.noFromSite }),
      ...(!isLeadTime && { leadTimeDays: words.badLeadTime }),
      ...(safetyStock === undefined && { safetyStock: words.badAmount }),
      ...(unitCost === undefined && { unitCost: words.badAmount }),
      ...(lot === undefined && amountOf(fields.minimum) === undefined && { minimum: words.badAmount }),
      ...(lot === undefined && moreThanNothing(fields.multiple) === undefined && { multiple: words.badMultiple }),
    },
  }
}

function lotOf({ lot, minimum, multiple }: PolicyFields): LotRule | undefined {
  if (lot === 'lot-for-lot') return { kind: lot }
  const [least, times] = [amountOf(minimum), moreThanNothing(multiple)]
  return least === undefined || times === undefined ? undefined : { kind: lot, minimum: least, multiple: times }
}

function moreThanNothing(typed: string) {
  const amount = amountOf(typed)
  return amount === undefined || thousandthsOf(amount) === 0 ? undefined : amount
}
