import { defineModule } from '@millrace/http'
import { announcement } from '@millrace/runtime'
import { definitionChanged, receiptChanged, stockChanged } from './event-contract.ts'
import { permissions } from './permissions.ts'
import { routes } from './routes.ts'
import './tables.ts'

/** Materials: what products are made of, how much of it there is, and what is on its way (ISA-95 Part 2, material). */
export const materials = defineModule({
  name: 'materials',
  routes,
  permissions,
  announces: [
    announcement(definitionChanged, {
      title: 'A material, its bill or its supply was changed',
      permission: 'materials:definition:read',
      label: 'internal',
      companyWide: true,
      about: ({ materialId }) => ({ subject: `materials/definitions/${materialId}` }),
    }),
    announcement(stockChanged, {
      title: 'Stock was counted, or came or went',
      permission: 'materials:stock:read',
      label: 'internal',
      about: ({ siteId, materialId }) => ({ subject: `materials/definitions/${materialId}`, place: siteId }),
    }),
    announcement(receiptChanged, {
      title: 'Material is expected, came, or will not come',
      permission: 'materials:stock:read',
      label: 'internal',
      about: ({ siteId, receiptId }) => ({ subject: `materials/receipts/${receiptId}`, place: siteId }),
    }),
  ],
  topics: [
    {
      pattern: 'materials.stock',
      permission: 'materials:stock:read',
      events: [definitionChanged, stockChanged, receiptChanged],
    },
  ],
})

export { type MaterialId, needOf, type SiteSupply } from './contract.ts'
export { createMaterial, getMaterial, setBill } from './definitions.ts'
export { definitionChanged, receiptChanged, stockChanged } from './event-contract.ts'
export { type PlannedFlows, plannedFlows } from './extension-points.ts'
export { setPolicy } from './policies.ts'
export { bookProduction } from './production.ts'
export { cancelReceipt, changeReceipt, createReceipt } from './receipts.ts'
export { bookMove } from './stock.ts'
export { readSupply } from './supply.ts'
