export {
  type Actor,
  authorize,
  covers,
  forbidden,
  type Holding,
  holding,
  holdingsOf,
  may,
  mayAnywhere,
  type Place,
  type Question,
  type Reach,
  reaches,
  reachOf,
  type SignIn,
  systemActor,
} from './actor.ts'
export { type Announcement, announcement, type Happening } from './announcement.ts'
export type { Cluster, ClusterMessage, WorkStream } from './cluster.ts'
export { createClusterLive } from './cluster-live.ts'
export { type Context, contextOn, inContext, type Runtime, TRAIL_TOPIC, writeRefusals } from './context.ts'
export { answering, type Extension, type ExtensionPoint, extend, extensionPoint } from './extension.ts'
export { Leases } from './leases.ts'
export { createLive, type Live, type LiveMessage, type Subscriber, type Watch } from './live.ts'
export type { WindowBounds } from './live-window.ts'
export { createLog, type Log, type LogFields, scrub } from './log.ts'
export { createMail, type Mail, type MailMessage, type MailTimes, NO_MAIL } from './mail.ts'
export { isMailAddress, type MailSettings, parseMail } from './mail-settings.ts'
export { type NatsSettings, parseNats } from './nats-settings.ts'
export {
  createOutbound,
  type Outbound,
  type OutboundAnswer,
  type OutboundFailure,
  type OutboundOptions,
  type OutboundRefusal,
  type OutboundRequest,
  type OutboundTarget,
  outboundFailed,
  outboundRefused,
  type Resolve,
} from './outbound.ts'
export { type OutboundRule, parseOutboundAllow } from './outbound-allow.ts'
export { createOutbox, hearingAll, type Listener, listener, type Outbox } from './outbox.ts'
export { isGuarded, type Permission } from './permission.ts'
export { parseQuotas, type QuotaSettings, quotasOf } from './quota-settings.ts'
export { createQuotas, limited, NO_QUOTAS, type QuotaAmounts, type Quotas } from './quotas.ts'
export { parseRoles, plays, ROLES, type Role } from './roles.ts'
export { openSecrets, type Secrets, secretsFrom } from './secrets.ts'
export { startTasks, type Task, type Tasks } from './tasks.ts'
export { type AuditEntry, asTrailWriter, type RequestTrace, trailSeal } from './trail.ts'
export { openWitness, type Witness } from './witness.ts'
