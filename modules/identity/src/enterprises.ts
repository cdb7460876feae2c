import { epochMs, newId, now } from '@millrace/base'
import { violates } from '@millrace/db'
import type { RequestFacts } from '@millrace/http'
import { type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { type Enterprise, type EnterpriseId, enterpriseExists, type Welcome } from './contract.ts'
import * as store from './enterprise-store.ts'
import { demoFaces } from './extension-points.ts'
import { hashPassword } from './password.ts'
import { insistOnGoodPassword } from './passwords.ts'
import { createPerson } from './people.ts'
import { listPeople } from './person-store.ts'
import { type OpenedSession, openSession } from './sessions.ts'
import { closeTrail } from './trail-seal.ts'

/** The demo company has fewer. */
const WELCOME_PEOPLE = 100

/** What a visitor may know before signing in. */
export async function welcome(runtime: Runtime): Promise<Welcome> {
  const foundings = await store.listFoundings(runtime.app.kysely)
  const demo = foundings.find((one) => one.demo)
  return {
    setUp: foundings.length > 0,
    mayFound: foundings.every((one) => one.demo),
    mail: runtime.mail.configured,
    demoPeople: demo ? await inContext(runtime, systemActor(demo.enterpriseId, 'welcome'), listDemoPeople) : [],
  }
}

/** The people of the demo whom a visitor may be with one click. */
async function listDemoPeople(ctx: Context): Promise<Welcome['demoPeople']> {
  const [faces] = await ctx.ask(demoFaces, undefined)
  const people = await listPeople(ctx.db, { state: 'active', limit: WELCOME_PEOPLE })
  return people.flatMap(({ id, name, email, title, grants }) => {
    const role = grants[0]?.role
    return role && (faces?.has(email) ?? true) ? [{ id, name, title, role }] : []
  })
}

/**
 * Founds a company with its first person, who may do everything in it.
 *
 * @throws enterpriseExists there is one already
 * @throws emailTaken the address signs in somebody else
 * @throws passwordWeak
 */
export async function foundEnterprise(
  runtime: Runtime,
  founding: { enterpriseName: string; person: { name: string; email: string; password: string } },
  facts: RequestFacts,
): Promise<OpenedSession> {
  const { person } = founding
  insistOnGoodPassword(person.password, person)
  const passwordHash = await hashPassword(person.password)
  const enterpriseId = newId<'Enterprise'>(epochMs(now()))
  return inContext(runtime, systemActor(enterpriseId, 'founding'), async (ctx) => {
    await createEnterprise(ctx, { id: enterpriseId, name: founding.enterpriseName, demo: false })
    const grants = ['it-admin', 'plant-manager'].map((role) => ({ role, placeId: null }))
    const id = await createPerson(ctx, { ...person, title: 'Founder', grants, passwordHash })
    return openSession(ctx, id, { method: 'founding', level: 2 }, facts)
  })
}

/**
 * Creates the enterprise of this context's tenant.
 *
 * @throws enterpriseExists there is one of its kind (own, demo) already
 */
export async function createEnterprise(ctx: Context, enterprise: Enterprise): Promise<void> {
  try {
    await store.saveEnterprise(ctx.db, enterprise, ctx.now)
  } catch (error) {
    if (violates(error, 'founding_one_of_each')) {
      throw enterpriseExists('A company was founded here already. Sign in instead.', {}, { cause: error })
    }
    throw error
  }
  ctx.audit({
    action: 'identity.enterprise.create',
    object: `enterprise ${enterprise.id}`,
    detail: { name: enterprise.name },
  })
}

/**
 * Removes the enterprise of this context's tenant with all that hangs on it by foreign keys. Its trail stays, signed for the
 * last time: who removed it is the last thing anybody should be able to wipe out.
 */
export async function removeEnterprise(ctx: Context): Promise<void> {
  await closeTrail(ctx)
  await store.deleteEnterprise(ctx.db, ctx.enterpriseId as EnterpriseId)
}
