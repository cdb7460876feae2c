import { enterPastDecision, type PastDecision } from '@millrace/insight'
import type { EquipmentId } from '@millrace/plant'
import type { Context } from '@millrace/runtime'

/** What the people of the company did about the findings of the past fortnight. */
const decisions: readonly (Omit<PastDecision, 'workUnitId'> & { readonly machineKey: string })[] = [
  {
    machineKey: 'mill-3',
    cause: 'tool-wear',
    by: 'Urs Amstad',
    choice: 'accepted',
    reason: 'Edges were chipped. Changed the tool with the next order.',
  },
  {
    machineKey: 'mill-1',
    cause: 'tool-wear',
    by: 'Lena Zgraggen',
    choice: 'accepted',
    reason: 'Surface was getting rough. New tool fitted.',
  },
]

/** Enters what was decided in the past; a case that the detectors did not see has no decision. */
export async function decidePast(ctx: Context, machineIds: (key: string) => EquipmentId | undefined): Promise<void> {
  for (const { machineKey, ...decision } of decisions) {
    const workUnitId = machineIds(machineKey)
    if (workUnitId) await enterPastDecision(ctx, { workUnitId, ...decision })
  }
}
