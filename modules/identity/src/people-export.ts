import { HOUR_MS, later } from '@millrace/base'
import { type Actor, authorize, type Context, inContext, type Runtime } from '@millrace/runtime'
import type { Person } from './contract.ts'
import { companySites } from './extension-points.ts'
import { peopleExportsSpent, WHOLE_COMPANY } from './people-csv-contract.ts'
import { nameKey, peopleHeader, peopleLine } from './people-csv-rules.ts'
import { rolesOf } from './people-import.ts'
import { isPlain, type Named } from './people-import-rules.ts'
import { listPeople } from './person-store.ts'
import { countOf } from './trail-store.ts'

/** How often one account may export within an hour. */
const EXPORTS_AN_HOUR = 20
/** People who are read and sent at once. */
const PAGE = 500

/** How roles and sites are called in an export. */
export interface ExportNames {
  readonly role: (id: string) => string
  readonly site: (id: string | null) => string
}

/**
 * Begins an export of everybody who has not left: written into the trail before its first line leaves.
 *
 * @throws peopleExportsSpent the account exported too often within the hour
 */
export async function beginPeopleExport(ctx: Context): Promise<ExportNames> {
  authorize(ctx.actor, 'identity:person:export')
  const action = 'identity.people.export'
  const done = await countOf(ctx.db, ctx.actor.id, action, later(ctx.now, -HOUR_MS))
  if (done >= EXPORTS_AN_HOUR) {
    throw peopleExportsSpent(`The people were exported ${done} times within an hour. Try again later.`, {
      retryAfterMs: HOUR_MS,
    })
  }
  ctx.audit({ action, object: `enterprise ${ctx.enterpriseId}` })
  const role = namesOf(await rolesOf(ctx))
  const site = namesOf((await ctx.ask(companySites, undefined)).flat())
  return { role, site: (id) => (id === null ? WHOLE_COMPANY : site(id)) }
}

/** What an import finds each again by: its name, or its id where another has the same. */
function namesOf(all: readonly Named[]): (id: string) => string {
  const byKey = Map.groupBy(all, ({ name }) => nameKey(name))
  const names = new Map(all.map(({ id, name }) => [id, byKey.get(nameKey(name))?.length === 1 ? name : id]))
  return (id) => names.get(id) ?? id
}

/**
 * The lines of the file, page by page, each in a short transaction. Nothing is read any more once nobody takes the next
 * line.
 */
export async function* peopleLines(runtime: Runtime, actor: Actor, names: ExportNames): AsyncGenerator<string> {
  yield peopleHeader()
  for (let after: string | undefined; ; ) {
    const of = { limit: PAGE, ...(after !== undefined && { after }) }
    const people = await inContext(runtime, actor, (ctx) => listPeople(ctx.db, of), 'read only')
    yield people
      .filter(({ endedAt }) => endedAt === null)
      .flatMap((person) => linesOf(person, names))
      .join('')
    after = people.at(-1)?.id
    if (people.length < PAGE) return
  }
}

/** A line for each role that a file can say; one without a role for who has none of these. */
function linesOf({ name, email, title, grants }: Person, names: ExportNames): string[] {
  const plain = grants.filter(isPlain)
  if (plain.length === 0) return [peopleLine({ name, email, title, role: '', site: '' })]
  return plain.map(({ role, placeId }) =>
    peopleLine({ name, email, title, role: names.role(role), site: names.site(placeId) }),
  )
}
