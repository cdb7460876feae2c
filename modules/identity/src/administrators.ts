import type { Context } from '@millrace/runtime'
import type { PersonId } from './contract.ts'
import { builtInRoles } from './holdings.ts'
import { listHolders } from './read-budget-store.ts'
import { listRoles } from './role-store.ts'

const ADMINISTERS = 'identity:person:write'

/** Who administers people in the whole company, by built-in roles or its own. @param except is left out */
export async function listAdministrators(
  ctx: Context,
  except: string,
  limit: number,
): Promise<{ id: PersonId; name: string; email: string }[]> {
  const builtIn = [...builtInRoles(ctx.permissions)].filter(([, contained]) => contained.has(ADMINISTERS))
  const own = (await listRoles(ctx.db)).filter((role) => role.permissions.includes(ADMINISTERS))
  return listHolders(ctx.db, [...builtIn.map(([role]) => role as string), ...own.map((role) => role.id)], except, limit)
}
