import { page } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import { api, useLiveRefetch } from '@millrace/ui'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { Type } from 'typebox'
import { Command, type NewCommand, SetPoint } from '../contract.ts'

const COMMAND_COUNT = 20

export const setPointsQuery = (workUnitId: string) =>
  queryOptions({
    queryKey: ['control', 'set-points', workUnitId],
    queryFn: ({ signal }) =>
      api.get('/control/set-points', {
        response: Type.Object({ items: Type.Array(SetPoint) }),
        query: { workUnitId },
        signal,
      }),
    staleTime: 60_000,
  })

/** The newest commands of a machine, or of all. */
export const commandsQuery = (workUnitId?: string) =>
  queryOptions({
    queryKey: ['control', 'commands', workUnitId ?? 'all'],
    queryFn: ({ signal }) =>
      api.get('/control/commands', {
        response: page(Command),
        query: { workUnitId, limit: workUnitId === undefined ? 100 : COMMAND_COUNT },
        signal,
      }),
  })

/** Asks for a value to be written to a machine. The key of the input makes a repeated call the same command. */
export function useNewCommand(workUnitId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (command: NewCommand) =>
      api.post('/control/commands', { body: command, response: Command, idempotencyKey: command.idempotencyKey }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: commandsQuery(workUnitId).queryKey }),
  })
}

/** Keeps the commands on the screen as they are. */
export function useLiveCommands(): void {
  useLiveRefetch(useMay('control:command:read') ? ['control.commands'] : [], [['control', 'commands']])
}
