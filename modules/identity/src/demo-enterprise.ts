import type { Runtime } from '@millrace/runtime'
import type { EnterpriseId } from './contract.ts'
import { listFoundings } from './enterprise-store.ts'

/** The demo company of this installation, if it is here. */
export async function findDemoEnterprise(runtime: Runtime): Promise<EnterpriseId | undefined> {
  return (await listFoundings(runtime.app.kysely)).find((one) => one.demo)?.enterpriseId
}
