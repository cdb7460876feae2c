import { page } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import { api, useLiveRefetch } from '@millrace/ui'
import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type Acceptance, type Dismissal, Finding, FindingDetail, type FindingId } from '../contract.ts'

export type FindingFilter = 'open' | 'decided' | 'all'

interface FindingScope {
  readonly state: FindingFilter
  readonly siteId?: string | undefined
  readonly workUnitId?: string | undefined
}

const LIST_COUNT = 100

/** Findings: open ones by urgency and cost of waiting, decided ones newest first. */
export const findingsQuery = ({ state, siteId, workUnitId }: FindingScope) =>
  queryOptions({
    queryKey: ['insight', 'findings', state, siteId ?? '', workUnitId ?? ''],
    queryFn: ({ signal }) =>
      api.get('/insight/findings', {
        response: page(Finding),
        query: { state, siteId, workUnitId, limit: LIST_COUNT },
        signal,
      }),
  })

export const findingQuery = (id: string) =>
  queryOptions({
    queryKey: ['insight', 'finding', id],
    queryFn: ({ signal }) => api.get(`/insight/findings/${id}`, { response: FindingDetail, signal }),
  })

/** The open findings of the company, kept up while anything shows them; undefined while they load or may not be seen. */
export function useOpenFindings(): readonly Finding[] | undefined {
  const may = useMay('insight:finding:read')
  return useQuery({ ...findingsQuery({ state: 'open' }), enabled: may }).data?.items
}

/** Accepts a recommendation, as it is or changed. The key of the input makes a repeated call the same decision. */
export function useAccept(id: FindingId) {
  return useDecision((acceptance: Acceptance) =>
    api.post(`/insight/findings/${id}/accept`, {
      body: acceptance,
      response: Finding,
      idempotencyKey: acceptance.idempotencyKey,
    }),
  )
}

export function useDismiss(id: FindingId) {
  return useDecision((dismissal: Dismissal) =>
    api.post(`/insight/findings/${id}/dismiss`, { body: dismissal, response: Finding }),
  )
}

function useDecision<T>(mutationFn: (input: T) => Promise<Finding>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    onSuccess: (finding) => showFinding(queryClient, finding),
    // Also after a refusal: it usually means that somebody else decided meanwhile.
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['insight'] }),
  })
}

/** Puts a finding that came back from a decision everywhere it is shown, before the lists are read again. */
function showFinding(queryClient: QueryClient, finding: Finding): void {
  queryClient.setQueryData(findingQuery(finding.id).queryKey, (before) => before && { ...before, finding })
}

/** Keeps findings, and the commands they led to, on the screen as they are. */
export function useLiveFindings(): void {
  const mayFindings = useMay('insight:finding:read')
  const mayCommands = useMay('control:command:read')
  useLiveRefetch(
    [...(mayFindings ? ['insight.findings'] : []), ...(mayCommands ? ['control.commands'] : [])],
    [['insight']],
  )
}
