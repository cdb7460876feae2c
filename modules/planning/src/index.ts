import { defineModule } from '@millrace/http'
import { definitionChanged, plannedFlows, receiptChanged, stockChanged } from '@millrace/materials'
import { announcement, extend, listener } from '@millrace/runtime'
import { followShifts, RECORD_EVERY_MS } from './attainment.ts'
import { ordersChanged } from './contract.ts'
import { demandChanged } from './demand-contract.ts'
import { startEnergyAdvisor } from './energy-advisor.ts'
import { permissions } from './permissions.ts'
import { plannedFlowsAt } from './planned-flows.ts'
import { startPlanner } from './planner.ts'
import { startProposer } from './proposer.ts'
import { followChanges, RECKON_EVERY_MS, requirementsChanged } from './requirements.ts'
import { routes } from './routes.ts'
import { startScenarios } from './scenario-runner.ts'
import { planPublished } from './schedule-contract.ts'
import { STOPS_EVERY_MS, WORK_EVERY_MS, watchStops, watchWork } from './watch.ts'

/** Planning: orders and routings, and the finite schedule of a site from draft to published (ISA-95 Part 3, scheduling). */
export const planning = defineModule({
  name: 'planning',
  routes,
  permissions,
  announces: [
    announcement(ordersChanged, {
      title: 'A production order was made, changed or closed',
      permission: 'planning:order:read',
      label: 'internal',
      about: ({ orderId, siteId }) => ({ subject: `planning/orders/${orderId}`, place: siteId }),
    }),
    announcement(planPublished, {
      title: 'A schedule was published',
      permission: 'planning:schedule:read',
      label: 'internal',
      about: ({ siteId }) => ({ subject: `planning/schedules/${siteId}`, place: siteId }),
    }),
    announcement(demandChanged, {
      title: 'Demand was written down, changed or closed',
      permission: 'planning:order:read',
      label: 'internal',
      about: ({ demandId, siteId }) => ({ subject: `planning/demands/${demandId}`, place: siteId }),
    }),
  ],
  listens: [
    listener(ordersChanged, 'planning.reckon-orders', requirementsChanged),
    listener(planPublished, 'planning.reckon-plans', requirementsChanged),
    listener(demandChanged, 'planning.reckon-demand', requirementsChanged),
    listener(stockChanged, 'planning.reckon-stock', requirementsChanged),
    listener(receiptChanged, 'planning.reckon-receipts', requirementsChanged),
    listener(definitionChanged, 'planning.reckon-materials', requirementsChanged),
  ],
  topics: [
    { pattern: 'planning.requirements', permission: 'planning:order:read', events: [demandChanged] },
    { pattern: 'planning.orders', permission: 'planning:order:read', events: [ordersChanged] },
    {
      pattern: 'planning.schedule/:siteId',
      permission: 'planning:schedule:read',
      placeOf: async (_runtime, _actor, siteId) => siteId,
    },
  ],
  extends: [extend(plannedFlows, plannedFlowsAt)],
  tasks: [
    { name: 'planning.watch-stops', everyMs: STOPS_EVERY_MS, act: watchStops },
    { name: 'planning.watch-work', everyMs: WORK_EVERY_MS, act: watchWork },
    { name: 'planning.follow-shifts', everyMs: RECORD_EVERY_MS, act: followShifts },
    { name: 'planning.reckon-requirements', everyMs: RECKON_EVERY_MS, act: followChanges },
  ],
  start: async (runtime) => {
    const planner = startPlanner(runtime)
    const proposer = startProposer(runtime)
    const scenarios = startScenarios(runtime)
    const advisor = startEnergyAdvisor(runtime)
    return {
      async stop() {
        await planner.stop()
        await proposer.stop()
        await scenarios.stop()
        await advisor.stop()
      },
    }
  },
})

export { followShifts, recordShifts } from './attainment.ts'
export { createException, createGroup, setSetups } from './capacity.ts'
export type { NewOrder, NewProduct, Step } from './contract.ts'
export { createDemand } from './demands.ts'
export { changeEnergySite, createTariff, saveSlots, setMachinePower } from './energy.ts'
export type { EnergySite, MachinePower, NewTariff, SlotSeries } from './energy-contract.ts'
export { computeForecasts, type ForecastInForce, listForecastInForce } from './forecasts.ts'
export { createOrder } from './orders.ts'
export { planAndPublish } from './planner.ts'
export { createProduct } from './products.ts'
export { createTool, setTransports, setUnitCapacity } from './resources.ts'
export { recordSales } from './sales.ts'
export type { NewScenario } from './scenario-contract.ts'
export { createScenario } from './scenarios.ts'
