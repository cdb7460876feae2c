import { HOUR_MS, MINUTE_MS } from '@millrace/base'
import { defineModule } from '@millrace/http'
import { announcement, plays, TRAIL_TOPIC } from '@millrace/runtime'
import { sessionAuthenticator } from './actors.ts'
import { alarmMails } from './alarm-mails.ts'
import { breakGlassUsed } from './break-glass-contract.ts'
import { accountLocked } from './contract.ts'
import { forgetOldLinks } from './entry-links.ts'
import { forgetOldGuesses } from './guesses.ts'
import { permissions } from './permissions.ts'
import { keepQuotaUse, measureStorage } from './quota-use.ts'
import { forgetLongAgo } from './read-budget.ts'
import { routes } from './routes.ts'
import { endDeadSessions, stillSignedIn } from './sessions.ts'
import { forgetAttempts } from './single-sign-on.ts'
import { forgetStepUps, stepUp } from './step-ups.ts'
import { trailBroken } from './trail-contract.ts'
import { TrailSealer } from './trail-sealer.ts'

/** Identity: companies, their people, what they may do, who is signed in, and the trail. */
export const identity = defineModule({
  name: 'identity',
  routes,
  permissions,
  authenticators: [sessionAuthenticator],
  stepUp,
  stillSignedIn,
  tasks: [
    { name: 'identity.end-dead-sessions', everyMs: 10 * MINUTE_MS, act: endDeadSessions },
    { name: 'identity.forget-guesses', everyMs: HOUR_MS, act: forgetOldGuesses },
    { name: 'identity.forget-links', everyMs: HOUR_MS, act: forgetOldLinks },
    { name: 'identity.forget-step-ups', everyMs: 10 * MINUTE_MS, act: forgetStepUps },
    { name: 'identity.measure-storage', everyMs: 10 * MINUTE_MS, act: measureStorage },
    { name: 'identity.forget-opened', everyMs: 10 * MINUTE_MS, act: forgetLongAgo },
    { name: 'identity.forget-sign-in-attempts', everyMs: 10 * MINUTE_MS, act: forgetAttempts },
  ],
  listens: alarmMails,
  announces: [
    announcement(breakGlassUsed, {
      title: 'The break-glass account was used',
      permission: 'identity:person:read',
      label: 'confidential',
      about: ({ personId }) => ({ subject: `identity/people/${personId}` }),
    }),
    announcement(accountLocked, {
      title: 'An account was locked because it read too much',
      permission: 'identity:person:read',
      label: 'confidential',
      companyWide: true,
      about: ({ holderId }) => ({ subject: `identity/people/${holderId}` }),
    }),
    announcement(trailBroken, {
      title: 'The audit trail does not fit what was witnessed',
      permission: 'identity:audit:read',
      label: 'internal',
      companyWide: true,
      about: () => ({ subject: 'identity/trail' }),
    }),
  ],
  topics: [
    {
      pattern: 'identity.alerts',
      permission: 'identity:person:write',
      events: [accountLocked, breakGlassUsed, trailBroken],
    },
    { pattern: TRAIL_TOPIC, permission: 'identity:audit:read' },
  ],
  start: async (runtime) => {
    const quotaUse = keepQuotaUse(runtime)
    const sealer = plays(runtime, 'worker') ? new TrailSealer(runtime) : undefined
    sealer?.start()
    return {
      stop: async () => {
        await quotaUse.stop()
        await sealer?.stop()
      },
    }
  },
})

export { createKey } from './api-keys.ts'
export type { EnterpriseId, Person, PersonId } from './contract.ts'
export { holdControl } from './control-seat.ts'
export { findDemoEnterprise } from './demo-enterprise.ts'
export { createEnterprise, foundEnterprise, removeEnterprise, welcome } from './enterprises.ts'
export {
  companySites,
  demoFaces,
  type KnownPlace,
  knownPlaces,
  runningShifts,
  storedBytes,
} from './extension-points.ts'
export type { Grant, NewGrant, Role } from './grant-contract.ts'
export { createZone } from './network-zones.ts'
export { hashPassword } from './password.ts'
export { createPerson, endPerson, listPeople } from './people.ts'
export { givePin } from './pin.ts'
export { policySchema } from './policy-text.ts'
export { recordOpened } from './read-budget.ts'
export { createRole } from './roles.ts'
export { stationCookie } from './station-cookie.ts'
export { createStation, type EnrolledStation, giveToken, livingStations, type StationRow } from './stations.ts'
