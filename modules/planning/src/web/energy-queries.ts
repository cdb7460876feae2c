import { api } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import {
  AdviceAnswer,
  type AdviceChoice,
  type AdviceId,
  type AdviceWish,
  EnergyOfPlan,
  type SwitchOffId,
} from '../energy-advice-contract.ts'
import {
  EnergySetup,
  type EnergySite,
  type MachinePower,
  MeasuredPowers,
  type NewTariff,
  type SlotKind,
  type SlotSeries,
  type TariffId,
} from '../energy-contract.ts'

export const energyOfPlanQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'energy-of-plan', siteId],
    queryFn: ({ signal }) => api.get('/planning/energy/plan', { response: EnergyOfPlan, query: { siteId }, signal }),
  })

export const adviceQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'energy-advice', siteId],
    queryFn: ({ signal }) => api.get('/planning/energy/advice', { response: AdviceAnswer, query: { siteId }, signal }),
  })

export const energySetupQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'energy', siteId],
    queryFn: ({ signal }) => api.get('/planning/energy', { response: EnergySetup, query: { siteId }, signal }),
  })

/** What machines drew; read from days of samples, so only when somebody asks. */
export const measuredPowersQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['planning', 'measured-powers', siteId],
    queryFn: ({ signal }) =>
      api.get('/planning/energy/measured-powers', { response: MeasuredPowers, query: { siteId }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

export function useStartAdvice() {
  return useEnergyAct((wish: AdviceWish) => api.post('/planning/energy/advice', { body: wish }))
}

export function useCancelAdvice(siteId: string) {
  return useEnergyAct(() => api.post('/planning/energy/advice/cancel', { body: { siteId } }))
}

export function useAcceptAdvice() {
  return useEnergyAct(({ id, choice }: { id: AdviceId; choice: AdviceChoice }) =>
    api.post(`/planning/energy/advice/${id}/accept`, { body: choice }),
  )
}

export function useDismissAdvice() {
  return useEnergyAct(({ id, reason }: { id: AdviceId; reason: string }) =>
    api.post(`/planning/energy/advice/${id}/dismiss`, { body: { reason } }),
  )
}

export function useRemoveSwitchOff() {
  return useEnergyAct((id: SwitchOffId) => api.delete(`/planning/energy/switch-offs/${id}`))
}

export function useChangeEnergySite() {
  return useEnergyAct((site: EnergySite) => api.put('/planning/energy/site', { body: site }))
}

export function useSaveTariff() {
  return useEnergyAct(({ id, tariff }: { id: TariffId | undefined; tariff: NewTariff }) =>
    id
      ? api.put(`/planning/energy/tariffs/${id}`, { body: tariff })
      : api.post('/planning/energy/tariffs', { body: tariff }),
  )
}

export function useRemoveTariff() {
  return useEnergyAct((id: TariffId) => api.delete(`/planning/energy/tariffs/${id}`))
}

export function useSetPower() {
  return useEnergyAct((power: MachinePower) => api.put('/planning/energy/powers', { body: power }))
}

/** Several machines, one after the other. */
export function useSetPowers() {
  return useEnergyAct(async (powers: readonly MachinePower[]) => {
    for (const power of powers) await api.put('/planning/energy/powers', { body: power })
  })
}

export function useSaveSlots() {
  return useEnergyAct((series: SlotSeries) => api.put('/planning/energy/slots', { body: series }))
}

export function useForgetSlots(siteId: string) {
  return useEnergyAct((kind: SlotKind) => api.post('/planning/energy/slots/forget', { body: { siteId, kind } }))
}

/** A change of what plans cost: whatever it did, the pages read everything anew. */
function useEnergyAct<Input, Result>(mutationFn: (input: Input) => Promise<Result>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['planning'] }),
  })
}
