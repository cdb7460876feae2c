import { api } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Type } from 'typebox'
import { type NewExport, SampleExport } from '../export-contract.ts'
import {
  type ImportFormat,
  type ImportMapping,
  ImportPreview,
  type ImportState,
  SampleImport,
} from '../import-contract.ts'

const WATCH_MS = 1000
/** Small enough for a slow line within the time of a call. */
const PIECE_BYTES = 1024 * 1024
const IMPORTS = ['telemetry', 'imports']

/** Where the browser downloads an export. */
export const contentUrl = (id: string) => `/api/v1/telemetry/exports/${id}/content`

/** How far an export is, asked for again while it runs. */
export const exportQuery = (id: string) =>
  queryOptions({
    queryKey: ['telemetry', 'export', id],
    queryFn: ({ signal }) => api.get(`/telemetry/exports/${id}`, { response: SampleExport, signal }),
    // One that broke off may be downloaded again.
    refetchInterval: ({ state }) => (['done', 'cancelled'].includes(state.data?.state ?? '') ? false : WATCH_MS),
  })

export function useNewExport() {
  return useMutation({
    mutationFn: (asked: NewExport) => api.post('/telemetry/exports', { body: asked, response: SampleExport }),
  })
}

export function useCancelExport(id: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => api.delete(`/telemetry/exports/${id}`, { response: SampleExport }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['telemetry', 'export', id] }),
  })
}

export const importsQuery = queryOptions({
  queryKey: [...IMPORTS, 'list'],
  queryFn: ({ signal }) =>
    api.get('/telemetry/imports', { response: Type.Object({ items: Type.Array(SampleImport) }), signal }),
  refetchInterval: ({ state }) => (state.data?.items.some((one) => isAtWork(one.state)) ? WATCH_MS : false),
})

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: [...IMPORTS, id],
    queryFn: ({ signal }) => api.get(`/telemetry/imports/${id}`, { response: SampleImport, signal }),
    refetchInterval: ({ state }) => (state.data && isAtWork(state.data.state) ? WATCH_MS : false),
  })

/** The first samples as they would be stored. Without a mapping a guess of one. */
export const previewQuery = (id: string, mapping: ImportMapping | undefined, zone: string) =>
  queryOptions({
    queryKey: [...IMPORTS, id, 'preview', mapping ?? null, zone],
    queryFn: ({ signal }) =>
      api.post(`/telemetry/imports/${id}/preview`, {
        body: { zone, ...(mapping && { mapping }) },
        response: ImportPreview,
        signal,
      }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })

export function isAtWork(state: ImportState): boolean {
  return ['checking', 'writing', 'cancelling', 'undoing'].includes(state)
}

/** Announces a file and sends it piece by piece. */
export function useUpload(onProgress: (ratio: number) => void) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: async ({ siteId, file, format }: { siteId: string; file: File; format: ImportFormat }) => {
      const body = { siteId, fileName: file.name.slice(-200), format, byteCount: file.size }
      const { id } = await api.post('/telemetry/imports', { body, response: SampleImport })
      for (let offset = 0; offset < file.size; offset += PIECE_BYTES) {
        await api.put(`/telemetry/imports/${id}/content`, {
          query: { offset },
          body: file.slice(offset, offset + PIECE_BYTES),
          response: SampleImport,
          // A piece that is there already is acknowledged again.
          idempotencyKey: `${id} ${offset}`,
        })
        onProgress(Math.min(1, (offset + PIECE_BYTES) / file.size))
      }
      return id
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: IMPORTS }),
  })
}

function useMove<Input>(act: (input: Input) => Promise<SampleImport>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: (after) => queryClient.setQueryData(importQuery(after.id).queryKey, after),
    onSettled: () => queryClient.invalidateQueries({ queryKey: [...IMPORTS, 'list'] }),
  })
}

export function useStartImport(id: string) {
  return useMove((body: { mapping: ImportMapping; skipFaults: boolean }) =>
    api.post(`/telemetry/imports/${id}/start`, { body, response: SampleImport }),
  )
}

export function useCancelImport(id: string) {
  return useMove(() => api.delete(`/telemetry/imports/${id}`, { response: SampleImport }))
}

export function useUndoImport(id: string) {
  return useMove(() => api.post(`/telemetry/imports/${id}/undo`, { response: SampleImport }))
}
