import { epochMs } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import { CommandIcon, type MachineMark, type WebModule } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { commandText } from './CommandLine.tsx'
import { commandsRoute } from './CommandsPage.tsx'
import { ControlPanel } from './ControlPanel.tsx'
import { hasFailed } from './command-line.ts'
import { commandsQuery } from './queries.ts'
import { texts } from './texts.ts'

export { CommandLine } from './CommandLine.tsx'

/** Commands that reached the machine, as marks in its trends. */
function useCommandMarks(workUnitId: string): readonly MachineMark[] {
  const { data } = useQuery({ ...commandsQuery(workUnitId), enabled: useMay('control:command:read') })
  return (data?.items ?? [])
    .filter((command) => !hasFailed(command.state))
    .map((command) => ({
      id: command.id,
      kind: 'command' as const,
      atMs: epochMs(command.steps.find((step) => step.state === 'written')?.at ?? command.requestedAt),
      text: commandText(command),
    }))
}

export const controlWeb: WebModule = {
  name: 'control',
  routes: [commandsRoute],
  navigation: [
    {
      to: '/control/commands',
      text: texts.commands.title,
      Icon: CommandIcon,
      group: 'make',
      order: 40,
      onPhone: true,
      key: 'c',
    },
  ],
  panels: [{ place: 'plant/machine-main', order: 40, Component: ControlPanel }],
  useMachineMarks: useCommandMarks,
}
