import { SECOND_MS } from '@millrace/base'
import { api } from '@millrace/ui'
import { queryOptions } from '@tanstack/react-query'
import { Limits } from '../quota-contract.ts'

/** As often as the servers write down what is used. */
const AGAIN_MS = 10 * SECOND_MS

export const limitsQuery = queryOptions({
  queryKey: ['identity', 'limits'],
  queryFn: ({ signal }) => api.get('/identity/limits', { response: Limits, signal }),
  refetchInterval: AGAIN_MS,
})
