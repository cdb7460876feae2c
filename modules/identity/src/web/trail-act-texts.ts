/**
 * What somebody did, and what somebody tried. `{who}` is the person, key, gateway or task; `{name}` what it was done to.
 * Without `done` it is only ever told as refused, without `tried` never.
 */
export interface Act {
  readonly done?: string
  /** After “tried to”. */
  readonly tried?: string
}

/** Every action that the trail knows. A test finds those that are missing here. */
export const acts: Readonly<Record<string, Act>> = {
  // Signing in
  'identity.session.create': { done: '{name} signed in', tried: 'sign in' },
  'identity.session.raise': { done: '{name} showed the second factor', tried: 'show the second factor' },
  'identity.session.end': { done: '{who} ended a session', tried: 'end a session' },
  'identity.session.list': { done: '{who} looked at the sessions of {name}' },
  'identity.station.refuse': { tried: 'sign in at the station {name}' },
  'identity.single-sign-on.refuse': { done: 'A sign-in by {name} was refused' },
  'identity.break-glass.use': {
    done: '{name} signed in with the break-glass code',
    tried: 'sign in with the break-glass code',
  },
  'identity.break-glass.refuse': { tried: 'sign in with a break-glass code that was used already' },
  'identity.passkey.refuse': { tried: 'use a passkey' },
  'identity.control-seat.move': { done: '{who} moved to control another plant', tried: 'control another plant' },
  // Confirming
  'identity.step-up.ask': { done: '{who} was asked to confirm an act' },
  'identity.step-up.confirm': { done: '{who} confirmed an act', tried: 'confirm an act' },
  'identity.step-up.refuse': { tried: 'confirm an act' },
  // Factors and passwords
  'identity.password.change': { done: '{who} changed the password', tried: 'change the password' },
  'identity.totp.offer': { done: '{who} began to set up an authenticator app', tried: 'set up an authenticator app' },
  'identity.totp.create': { done: '{who} set up an authenticator app', tried: 'set up an authenticator app' },
  'identity.totp.remove': { done: '{who} removed the authenticator app', tried: 'remove the authenticator app' },
  'identity.recovery-codes.make': { done: '{who} made new recovery codes', tried: 'make new recovery codes' },
  'identity.passkey.create': { done: '{who} added the passkey {name}', tried: 'add a passkey' },
  'identity.passkey.change': { done: '{who} renamed the passkey {name}', tried: 'rename a passkey' },
  'identity.passkey.remove': { done: '{who} removed the passkey {name}', tried: 'remove a passkey' },
  'identity.factors.reset': {
    done: '{who} took away the factors of {name}',
    tried: 'take away the factors of a person',
  },
  'identity.factors.open': { done: '{who} looked at the factors of {name}' },
  'identity.pin.set': { done: '{who} set a PIN for stations', tried: 'set a PIN for stations' },
  'identity.pin.remove': { done: '{who} took away the PIN of {name}', tried: 'take away a PIN' },
  'identity.break-glass.prepare': {
    done: '{who} prepared the break-glass account {name}',
    tried: 'prepare the break-glass account',
  },
  'identity.break-glass.revoke': {
    done: '{who} took the break-glass account {name} back',
    tried: 'take the break-glass account back',
  },
  'identity.break-glass.acknowledge': {
    done: '{who} saw that the break-glass account was used',
    tried: 'say that the use of the break-glass account was seen',
  },
  // Joining
  'identity.invitation.create': { done: '{who} invited {name}', tried: 'invite a person' },
  'identity.invitation.withdraw': {
    done: '{who} withdrew the invitation of {name}',
    tried: 'withdraw an invitation',
  },
  'identity.invitation.use': { done: '{name} joined by an invitation', tried: 'join by an invitation' },
  'identity.invitation.refuse': { tried: 'join by an invitation that does not hold' },
  'identity.password-reset.ask': {
    done: 'A link to set a new password was sent to {name}',
    tried: 'ask for a link to set a new password',
  },
  'identity.password-reset.create': {
    done: '{who} made a link for {name} to set a new password',
    tried: 'make a link to set a new password',
  },
  'identity.password-reset.use': { done: '{name} set a new password by a link', tried: 'set a new password by a link' },
  'identity.password-reset.refuse': { tried: 'set a new password by a link that does not hold' },
  'identity.people.check': {
    done: '{who} looked at what a file of people would change',
    tried: 'look at what a file of people would change',
  },
  'identity.people.import': { done: '{who} imported people from a file', tried: 'import people from a file' },
  'identity.people.export': { done: '{who} exported the people', tried: 'export the people' },
  // People, roles and keys
  'identity.enterprise.create': { done: '{who} founded {name}', tried: 'found the company' },
  'identity.person.create': { done: '{who} added {name}', tried: 'add a person' },
  'identity.person.change': { done: '{who} changed the entry of {name}', tried: 'change the entry of a person' },
  'identity.person.end': { done: '{who} ended {name}', tried: 'end a person' },
  'identity.person.return': { done: '{who} brought {name} back', tried: 'bring a person back' },
  'identity.person.open': { done: '{who} looked at {name}' },
  'identity.person.list': { done: '{who} looked at the list of people' },
  'identity.access.open': { done: '{who} looked at what {name} may do' },
  'identity.account.lock': { done: 'The account of {name} was locked' },
  'identity.account.unlock': { done: '{who} unlocked {name}', tried: 'unlock an account' },
  'identity.grant.set': { done: '{who} set the roles of {name}', tried: 'set the roles of a person' },
  'identity.grant.by-group': { done: 'Groups of the identity provider changed the roles of {name}' },
  'identity.role.create': { done: '{who} made the role {name}', tried: 'make a role' },
  'identity.role.change': { done: '{who} changed the role {name}', tried: 'change a role' },
  'identity.role.remove': { done: '{who} removed the role {name}', tried: 'remove a role' },
  'identity.network-zone.create': { done: '{who} named the zone {name}', tried: 'name a zone' },
  'identity.network-zone.change': { done: '{who} changed the zone {name}', tried: 'change a zone' },
  'identity.network-zone.remove': { done: '{who} removed the zone {name}', tried: 'remove a zone' },
  'identity.api-key.create': { done: '{who} made the key {name}', tried: 'make a key' },
  'identity.api-key.end': { done: '{who} ended the key {name}', tried: 'end a key' },
  'identity.api-key.open': { done: '{who} looked at what the key {name} may do' },
  'identity.api-key.list': { done: '{who} looked at the list of keys' },
  // Stations and badges
  'identity.station.create': { done: '{who} added the station {name}', tried: 'add a station' },
  'identity.station.change': { done: '{who} changed the station {name}', tried: 'change a station' },
  'identity.station.renew-code': {
    done: '{who} made a new code for the station {name}',
    tried: 'make a new code for a station',
  },
  'identity.station.revoke': { done: '{who} ended the station {name}', tried: 'end a station' },
  'identity.station.enrol': { done: 'A browser became the station {name}', tried: 'make a browser a station' },
  'identity.badge.issue': { done: '{who} issued a badge to {name}', tried: 'issue a badge' },
  'identity.badge.block': { done: '{who} blocked the badge of {name}', tried: 'block a badge' },
  'identity.badge.list': { done: '{who} looked at the list of badges' },
  // Identity providers and provisioning
  'identity.provider.create': { done: '{who} added the identity provider {name}', tried: 'add an identity provider' },
  'identity.provider.change': {
    done: '{who} changed the identity provider {name}',
    tried: 'change an identity provider',
  },
  'identity.provider.move': {
    done: '{who} switched the identity provider {name}',
    tried: 'switch an identity provider',
  },
  'identity.provider.remove': {
    done: '{who} removed the identity provider {name}',
    tried: 'remove an identity provider',
  },
  'identity.provider.try': { done: '{who} tried the identity provider {name}', tried: 'try an identity provider' },
  'identity.provider-link.create': { done: 'An account of {name} was linked', tried: 'link an account' },
  'identity.provider-link.remove': { done: '{who} undid the link of {name}', tried: 'undo the link of a person' },
  'identity.provider-link.list': { done: '{who} looked at the linked accounts of {name}' },
  'identity.provisioning-token.create': {
    done: '{who} made the provisioning token {name}',
    tried: 'make a provisioning token',
  },
  'identity.provisioning-token.end': {
    done: '{who} ended the provisioning token {name}',
    tried: 'end a provisioning token',
  },
  'identity.provisioning-token.list': { done: '{who} looked at the list of provisioning tokens' },
  'identity.provisioning.refuse': { tried: 'provision {name}' },
  'identity.user.create': { done: '{who} provisioned {name}', tried: 'provision a person' },
  'identity.user.change': { done: '{who} changed the provisioned {name}', tried: 'change a provisioned person' },
  'identity.user.delete': { done: '{who} ended the provisioned {name}', tried: 'end a provisioned person' },
  'identity.user.hand-over': {
    done: '{who} handed {name} over to the identity provider',
    tried: 'hand a person over to the identity provider',
  },
  'identity.user.release': {
    done: '{who} took {name} back from the identity provider',
    tried: 'take a person back from the identity provider',
  },
  'identity.group.create': { done: '{who} provisioned the group {name}', tried: 'provision a group' },
  'identity.group.change': { done: '{who} changed the provisioned group {name}', tried: 'change a provisioned group' },
  'identity.group.delete': { done: '{who} removed the provisioned group {name}', tried: 'remove a provisioned group' },
  'identity.group.roles': { done: '{who} set the roles of the group {name}', tried: 'set the roles of a group' },
  // The trail itself
  'identity.audit.list': { done: '{who} read the trail' },
  'identity.audit.export': { done: '{who} exported the trail', tried: 'export the trail' },
  'identity.audit.verify': { done: '{who} verified the trail', tried: 'verify the trail' },
  'identity.audit.stop-verify': {
    done: '{who} stopped a verification of the trail',
    tried: 'stop a verification of the trail',
  },
  'http.refuse-others': { tried: 'do many other things' },
  // Plants and gateways
  'plant.create-site': { done: '{who} added the plant {name}', tried: 'add a plant' },
  'plant.equipment.create': { done: '{who} added {name}', tried: 'add an area or a machine' },
  'plant.connection.create': { done: '{who} added the connection {name}', tried: 'add a connection' },
  'plant.connection.move': { done: '{who} moved a connection to {name}', tried: 'move a connection' },
  'plant.gateway.create': { done: '{who} added the gateway {name}', tried: 'add a gateway' },
  'plant.gateway.enrol': { done: 'The gateway {name} was enrolled', tried: 'enrol a gateway' },
  'mqtt.device.create': { done: '{who} added the device {name}', tried: 'add a device' },
  'mqtt.device.renew': {
    done: '{who} gave the device {name} another password',
    tried: 'give a device another password',
  },
  'mqtt.device.revoke': { done: '{who} ended the device {name}', tried: 'end a device' },
  'plant.gateway.revoke': { done: '{who} ended the gateway {name}', tried: 'end a gateway' },
  'plant.create-replay': { done: '{who} prepared a replay', tried: 'prepare a replay' },
  'telemetry.export.create': { done: '{who} began to export samples', tried: 'export samples' },
  'telemetry.export.cancel': { done: '{who} stopped an export of samples', tried: 'stop an export of samples' },
  'telemetry.export.download': { done: '{who} downloaded samples', tried: 'download samples' },
  'telemetry.import.create': { done: '{who} sent a file of samples', tried: 'import samples' },
  'telemetry.import.start': { done: '{who} began to import samples', tried: 'import samples' },
  'telemetry.import.cancel': { done: '{who} stopped an import of samples', tried: 'stop an import of samples' },
  'telemetry.import.end': { done: 'A file of samples was imported' },
  'telemetry.import.undo': { done: '{who} took an import of samples back', tried: 'take an import of samples back' },
  'telemetry.retention.change': {
    done: '{who} changed how long history is kept',
    tried: 'change how long history is kept',
  },
  'telemetry.shaft.change': { done: '{who} said what turns in a machine', tried: 'say what turns in a machine' },
  'telemetry.hold.create': { done: '{who} held samples of a machine', tried: 'hold samples of a machine' },
  'telemetry.hold.release': { done: '{who} released held samples', tried: 'release held samples' },
  'telemetry.signal.create': { done: '{who} made signals', tried: 'make signals' },
  // Commands
  'control.set-point.create': { done: '{who} added the set-point {name}', tried: 'add a set-point' },
  'control.command.request': { done: '{who} sent a command to {name}', tried: 'send a command' },
  'control.command.refuse': { tried: 'send a command' },
  'control.command.report': { done: '{who} reported on a command', tried: 'report on a command' },
  'control.command.expire': { done: 'A command was not carried out in time' },
  // Findings
  'insight.finding.raise': { done: 'A finding was raised: {name}' },
  'insight.finding.accept': { done: '{who} accepted “{name}”', tried: 'accept a finding' },
  'insight.finding.dismiss': { done: '{who} dismissed “{name}”', tried: 'dismiss a finding' },
  'insight.finding.reopen': { done: '“{name}” wants a decision again: the command did not reach the machine' },
  'insight.finding.measure': { done: 'The outcome of “{name}” was measured' },
  'insight.finding.enter-decision': { done: 'An earlier decision on “{name}” was entered' },
  // Webhooks
  'exchange.webhook.create': { done: '{who} made the webhook {name}', tried: 'make a webhook' },
  'exchange.webhook.change': { done: '{who} changed the webhook {name}', tried: 'change a webhook' },
  'exchange.webhook.move': { done: '{who} sent the webhook {name} elsewhere', tried: 'send a webhook elsewhere' },
  'exchange.webhook.pause': { done: '{who} paused the webhook {name}', tried: 'pause a webhook' },
  'exchange.webhook.resume': { done: '{who} switched the webhook {name} on again', tried: 'switch a webhook on again' },
  'exchange.webhook.disable': { done: 'The webhook {name} was switched off: its receiver failed for too long' },
  'exchange.webhook.rotate-secret': {
    done: '{who} gave the webhook {name} a new secret',
    tried: 'give a webhook a new secret',
  },
  'exchange.webhook.remove': { done: '{who} removed the webhook {name}', tried: 'remove a webhook' },
  'exchange.webhook.test': { done: '{who} sent a test to the webhook {name}', tried: 'send a test to a webhook' },
  'exchange.webhook.replay': {
    done: '{who} sent events of the webhook {name} once more',
    tried: 'send events once more',
  },
  'exchange.delivery.open': { done: '{who} looked at what was sent to the webhook {name}' },
  // The demo company
  'demo.bring-demo-company': { done: '{who} brought the demo company', tried: 'bring the demo company' },
  'demo.company.remove': { done: '{who} removed the demo company', tried: 'remove the demo company' },
  'demo.story.start': { done: '{who} started the story {name}', tried: 'start a story' },
  'demo.story.speed': { done: '{who} changed the speed of the story {name}', tried: 'change the speed of a story' },
  'demo.story.reset': { done: '{who} reset the story {name}', tried: 'reset a story' },
}
