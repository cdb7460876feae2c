import { isUuid } from '@millrace/base'
import { DEFAULT_QUOTAS, type QuotaAmounts, type QuotaName } from './quotas.ts'

/** The quotas of an installation: the same for every company but for those that have their own. */
export interface QuotaSettings {
  readonly everybody: QuotaAmounts
  readonly own: ReadonlyMap<string, QuotaAmounts>
}

const UNLIMITED = 'unlimited'

/**
 * Reads quotas as somebody who runs an installation writes them: `samples=20000, queries=8` for every company,
 * `0199…:samples=unlimited` for one. What is not named stays at its default.
 *
 * @returns the settings, and what could not be read, each in words.
 */
export function parseQuotas(text: string): { settings: QuotaSettings; faults: string[] } {
  const faults: string[] = []
  const changes = new Map<string, Partial<Record<QuotaName, number>>>()
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue
    const [, company, name = '', amount = ''] = /^(?:([^:=]+):)?([A-Za-z]+)=(\w+)$/.exec(part) ?? []
    const number = amount === UNLIMITED ? Number.POSITIVE_INFINITY : Number(amount)
    if (!isQuotaName(name)) faults.push(`"${part}" names none of ${Object.keys(DEFAULT_QUOTAS).join(', ')}`)
    else if (!(number >= 1)) faults.push(`"${part}" must be a number from 1, or ${UNLIMITED}`)
    else if (company !== undefined && !isUuid(company)) faults.push(`"${company}" is no company's id`)
    else changes.set(company ?? '', { ...changes.get(company ?? ''), [name]: number })
  }
  const everybody = { ...DEFAULT_QUOTAS, ...changes.get('') }
  changes.delete('')
  return {
    settings: { everybody, own: new Map([...changes].map(([id, own]) => [id, { ...everybody, ...own }])) },
    faults,
  }
}

function isQuotaName(name: string): name is QuotaName {
  return Object.hasOwn(DEFAULT_QUOTAS, name)
}

/** What a company may use. */
export function quotasOf({ everybody, own }: QuotaSettings): (enterpriseId: string) => QuotaAmounts {
  return (enterpriseId) => own.get(enterpriseId) ?? everybody
}
