import { defineModule } from '@millrace/http'
import { gatewayBacklog, gatewayConfiguration } from '@millrace/plant'
import { announcement, extend } from '@millrace/runtime'
import { backlogOf, EXPIRY_EVERY_MS, expireCommands } from './commands.ts'
import { commandChanged } from './contract.ts'
import { permissions } from './permissions.ts'
import { routes } from './routes.ts'
import { allowedWrites } from './set-points.ts'

/** Control: what may be written to machines, and every command there was. The gateway judges each once more. */
export const control = defineModule({
  name: 'control',
  routes,
  permissions,
  announces: [
    announcement(commandChanged, {
      title: 'A command to a machine was requested, or went a step further',
      permission: 'control:command:read',
      label: 'internal',
      about: ({ commandId, siteId, workUnitId }) => ({
        subject: `control/commands/${commandId}`,
        place: { siteId, equipmentId: workUnitId },
      }),
    }),
  ],
  topics: [{ pattern: 'control.commands', permission: 'control:command:read', events: [commandChanged] }],
  tasks: [{ name: 'control.expire-commands', everyMs: EXPIRY_EVERY_MS, act: expireCommands }],
  extends: [
    extend(gatewayConfiguration, async (ctx, gatewayId) => ({ setPoints: await allowedWrites(ctx, gatewayId) })),
    extend(gatewayBacklog, backlogOf),
  ],
})

export { getCommand, listCommands } from './commands.ts'
export type { CommandId, SetPointId } from './contract.ts'
export { type CommandRequest, requestCommand } from './request-command.ts'
export { createSetPoints, listSetPoints, type NewSetPoint } from './set-points.ts'
