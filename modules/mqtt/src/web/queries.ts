import { useMay } from '@millrace/identity/web'
import { api, useLiveRefetch } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Type } from 'typebox'
import { Device, DeviceHearing, DeviceWithSecret, Door, type NewDevice, type Renewal } from '../contract.ts'

const MQTT = ['mqtt']
/** Whether devices are still there is told by their age: a device that fell silent says nothing. */
const AGE_EVERY_MS = 15_000

export const doorQuery = queryOptions({
  queryKey: ['mqtt', 'door'],
  queryFn: ({ signal }) => api.get('/mqtt/door', { response: Door, signal }),
})

export const devicesQuery = queryOptions({
  queryKey: ['mqtt', 'devices'],
  queryFn: ({ signal }) => api.get('/mqtt/devices', { response: Type.Object({ items: Type.Array(Device) }), signal }),
  refetchInterval: AGE_EVERY_MS,
})

export const deviceQuery = (id: string) =>
  queryOptions({
    queryKey: ['mqtt', 'device', id],
    queryFn: ({ signal }) => api.get(`/mqtt/devices/${id}`, { response: Device, signal }),
    refetchInterval: AGE_EVERY_MS,
  })

export const hearingQuery = (id: string) =>
  queryOptions({
    queryKey: ['mqtt', 'hearing', id],
    queryFn: ({ signal }) => api.get(`/mqtt/devices/${id}/hearing`, { response: DeviceHearing, signal }),
    refetchInterval: AGE_EVERY_MS,
  })

/** Keeps devices on the screen as they are. */
export function useLiveDevices(): void {
  useLiveRefetch(useMay('mqtt:device:read') ? ['mqtt.devices'] : [], [MQTT])
}

export const useMayWrite = () => useMay('mqtt:device:write')

export function useNewDevice() {
  return useWrite((made: NewDevice) => api.post('/mqtt/devices', { body: made, response: DeviceWithSecret }))
}

export function useRenewDevice(id: string) {
  return useWrite((renewal: Renewal) =>
    api.post(`/mqtt/devices/${id}/renew`, { body: renewal, response: DeviceWithSecret }),
  )
}

export function useRevokeDevice(id: string) {
  return useWrite(() => api.post(`/mqtt/devices/${id}/revoke`, { response: Device }))
}

function useWrite<Input, Answer>(mutationFn: (input: Input) => Promise<Answer>) {
  const queryClient = useQueryClient()
  return useMutation({ mutationFn, onSettled: () => queryClient.invalidateQueries({ queryKey: MQTT }) })
}
