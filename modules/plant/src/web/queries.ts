import { api, useLiveRefetch } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Type } from 'typebox'
import {
  Connection,
  type ConnectionId,
  DiscoveredTag,
  Equipment,
  Gateway,
  GatewayWithCode,
  type NewConnection,
  type NewEquipment,
  type NewGateway,
  type NewSite,
} from '../contract.ts'

/** The whole tree changes seldom; a page that shows it need not ask again for this long. */
const EQUIPMENT_FRESH_MS = 60_000

export const equipmentQuery = queryOptions({
  queryKey: ['plant', 'equipment'],
  queryFn: ({ signal }) =>
    api.get('/plant/equipment', { response: Type.Object({ items: Type.Array(Equipment) }), signal }),
  staleTime: EQUIPMENT_FRESH_MS,
})

export const gatewaysQuery = queryOptions({
  queryKey: ['plant', 'gateways'],
  queryFn: ({ signal }) =>
    api.get('/plant/gateways', { response: Type.Object({ items: Type.Array(Gateway) }), signal }),
})

export const connectionsQuery = queryOptions({
  queryKey: ['plant', 'connections'],
  queryFn: ({ signal }) =>
    api.get('/plant/connections', { response: Type.Object({ items: Type.Array(Connection) }), signal }),
})

/** How often a connection is asked what it has found while somebody waits for it. */
const DISCOVERY_POLL_MS = 1500

/** What a gateway has found at a connection so far; asked again until something is there. */
export const discoveredTagsQuery = (connectionId: ConnectionId) =>
  queryOptions({
    queryKey: ['plant', 'discovered-tags', connectionId],
    queryFn: ({ signal }) =>
      api.get(`/plant/connections/${connectionId}/discovered-tags`, {
        response: Type.Object({ items: Type.Array(DiscoveredTag) }),
        signal,
      }),
    refetchInterval: (query) => ((query.state.data?.items.length ?? 0) > 0 ? false : DISCOVERY_POLL_MS),
  })

export function useNewSite() {
  return usePlantMutation((site: NewSite) => api.post('/plant/sites', { body: site, response: Equipment }))
}

export function useNewEquipment() {
  return usePlantMutation((equipment: NewEquipment) =>
    api.post('/plant/equipment', { body: equipment, response: Equipment }),
  )
}

export function useNewGateway() {
  return usePlantMutation((gateway: NewGateway) =>
    api.post('/plant/gateways', { body: gateway, response: GatewayWithCode }),
  )
}

export function useNewConnection() {
  return usePlantMutation((connection: NewConnection) =>
    api.post('/plant/connections', { body: connection, response: Connection }),
  )
}

function usePlantMutation<In, Out>(mutationFn: (input: In) => Promise<Out>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    // Also what no page shows at the moment: the next page begins with the tree, and the new piece must be in it.
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['plant'], refetchType: 'all' }),
  })
}

/** Keeps gateways and connections on the screen as they are. */
export function useLiveGateways(): void {
  useLiveRefetch(
    ['plant.gateways'],
    [
      ['plant', 'gateways'],
      ['plant', 'connections'],
    ],
  )
}
