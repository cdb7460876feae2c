import { authorize, type Context } from '@millrace/runtime'
import { type Provisioning, type ProvisioningRefusal, SCIM_PATH } from './scim-contract.ts'
import { countGroups } from './scim-group-store.ts'
import { listRefusals, saveRefusal } from './scim-refusal-store.ts'
import { lastUse } from './scim-token-store.ts'
import { countPeople } from './scim-user-store.ts'

/** How it stands with provisioning. */
export async function provisioning(ctx: Context): Promise<Provisioning> {
  authorize(ctx.actor, 'identity:provisioning:read')
  return {
    path: SCIM_PATH,
    ...(await countPeople(ctx.db)),
    groups: await countGroups(ctx.db, {}),
    lastUsedAt: await lastUse(ctx.db),
    refusals: await listRefusals(ctx.db),
  }
}

/** Remembers what an identity provider was refused, for who has to set it right. */
export function rememberRefusal(
  ctx: Context,
  refusal: Pick<ProvisioningRefusal, 'tokenName' | 'act' | 'subject' | 'code' | 'detail'>,
): Promise<void> {
  return saveRefusal(ctx.db, refusal, ctx.now)
}
