import { randomBytes, randomUUID } from 'node:crypto'
import { DAY_MS, type Decimal, later, newId } from '@millrace/base'
import { createSetPoints } from '@millrace/control'
import { createEnterprise, createPerson, type EnterpriseId, type NewGrant } from '@millrace/identity'
import { bookMove, createMaterial, createReceipt } from '@millrace/materials'
import { createDevice } from '@millrace/mqtt'
import { createConnection, createEquipment, createGateway, createSite, type EquipmentId } from '@millrace/plant'
import { type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createSignals } from '@millrace/telemetry'
import { sql } from 'kysely'

/** The ids of one plant and what belongs to it, under the names requests use for them. */
export type Ids = Readonly<Record<string, string | number>>

/** Two plants of one company and a plant of another, with people, machines, findings and commands in each. */
export interface TwoCompanies {
  readonly ours: EnterpriseId
  readonly theirs: EnterpriseId
  readonly own: Ids
  readonly other: Ids
  readonly foreign: Ids
  /** Ids of the right form that belong to nothing. */
  readonly absent: Ids
}

/** Makes them. The first company is the demo's, so that its people can sign in without passwords. */
export async function makeTwoCompanies(runtime: Runtime): Promise<TwoCompanies> {
  const ours = newId<'Enterprise'>(1)
  const theirs = newId<'Enterprise'>(2)
  const at = <T>(enterpriseId: EnterpriseId, act: (ctx: Context) => Promise<T>) =>
    inContext(runtime, systemActor(enterpriseId, 'test'), act)
  const [own, other] = await at(ours, async (ctx) => {
    await createEnterprise(ctx, { id: ours, name: 'Ours', demo: true })
    return [await makePlant(ctx, 'Sursee'), await makePlant(ctx, 'Querétaro')] as const
  })
  const foreign = await at(theirs, async (ctx) => {
    await createEnterprise(ctx, { id: theirs, name: 'Theirs', demo: false })
    return makePlant(ctx, 'Elsewhere', 9)
  })
  const absent = Object.fromEntries(
    Object.entries(own).map(([name, id]) => [name, typeof id === 'number' ? 999_999_999 : randomUUID()]),
  )
  return { ours, theirs, own, other, foreign, absent }
}

/** Adds somebody who signs in with one click. */
export function addPerson(
  runtime: Runtime,
  enterpriseId: EnterpriseId,
  grants: readonly NewGrant[],
  name = 'Somebody',
): Promise<string> {
  return inContext(runtime, systemActor(enterpriseId, 'test'), (ctx) =>
    createPerson(ctx, { name, email: `${randomUUID()}@ours.example`, title: '', grants, passwordHash: null }),
  )
}

/** Adds a key that holds a role everywhere. @returns its secret. */
export function addKey(runtime: Runtime, enterpriseId: EnterpriseId, role: string): Promise<string> {
  const secret = `mrk_${enterpriseId}_${randomBytes(32).toString('base64url')}`
  const id = randomUUID()
  return inContext(runtime, systemActor(enterpriseId, 'test'), async (ctx) => {
    const personId = await createPerson(ctx, {
      ...{ name: 'Maker of keys', email: `${id}@ours.example`, title: '', grants: [], passwordHash: null },
    })
    await sql`insert into identity.api_key (id, name, secret_sha256, created_by, created_at, expires_at) values (${id}, ${id},
      sha256(${secret}::bytea), ${personId}, ${ctx.now}, now() + interval '1 day')`.execute(ctx.db)
    await sql`insert into identity.role_grant (id, key_id, role) values (${randomUUID()}, ${id}, ${role})`.execute(
      ctx.db,
    )
    return secret
  })
}

async function makePlant(ctx: Context, name: string, signalCount = 1): Promise<Ids> {
  const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }
  const site = await createSite(ctx, { name, ...place })
  const area = await createEquipment(ctx, { parentId: site.id, level: 'area', name: 'Milling' })
  const mill = await createEquipment(ctx, { parentId: area.id, level: 'work-unit', name: 'Mill 1', kind: 'mill' })
  const { gateway } = await createGateway(ctx, { siteId: site.id, name: 'Gateway', local: false })
  const connection = await createConnection(ctx, {
    ...{ gatewayId: gateway.id, name: 'Mills', protocol: 'opc-ua', endpoint: 'opc.tcp://127.0.0.1:1' },
  })
  const { device } = await createDevice(ctx, { workUnitId: mill.id, name: 'Sensor' })
  // Numbers of signals count up in each company: so many that the last one is nobody's number in the other.
  const signals = await createSignals(
    ctx,
    Array.from({ length: signalCount }, (_, index) => ({
      ...{ workUnitId: mill.id, connectionId: connection.id, kind: 'number' as const },
      ...{ name: `feed ${index}`, address: `ns=1;s=feed${index}` },
    })),
  )
  const signal = signals.at(-1)
  const [setPoint] = await createSetPoints(ctx, [
    {
      ...{ workUnitId: mill.id, name: 'feed', title: 'Feed', min: 0, max: 100, maxPerMinute: 6 },
      ...{ connectionId: connection.id, address: 'ns=1;s=feed', series: signal?.series ?? 0 },
    },
  ])
  const personId = await createPerson(ctx, {
    ...{ name: `Person of ${name}`, email: `${randomUUID()}@ours.example`, title: '', passwordHash: null },
    grants: [{ role: 'operator', placeId: site.id }],
  })
  const ids = { siteId: site.id, workUnitId: mill.id, gatewayId: gateway.id, connectionId: connection.id }
  const material = await makeMaterial(ctx, site.id)
  const planned = {
    ...{ ...material, ...(await makePlanned(ctx, site.id, mill.id)) },
    ...(await makeWanted(ctx, site.id, String(material.materialId))),
  }
  const more = await makeRows(ctx, { ...ids, setPointId: setPoint?.id ?? '', personId })
  return {
    ...ids,
    deviceId: device.id,
    areaId: area.id,
    setPointId: setPoint?.id ?? '',
    series: signal?.series ?? 0,
    personId,
    ...planned,
    ...more,
  }
}

/** Something that lies there and is on its way. */
async function makeMaterial(ctx: Context, siteId: EquipmentId): Promise<Ids> {
  const code = randomUUID()
  const material = await createMaterial(ctx, { code, name: `Strip ${code}`, unit: 'kg', kind: 'raw' })
  const quantity = '100' as Decimal
  await bookMove(ctx, { siteId, materialId: material.id, kind: 'count', quantity, reason: null })
  const receipt = await createReceipt(ctx, {
    ...{ siteId, materialId: material.id, quantity, reference: code, supplier: null },
    expectedAt: later(ctx.now, DAY_MS),
  })
  return { materialId: material.id, receiptId: receipt.id }
}

/** What a plan takes of electricity. */
const TAKEN = { usedKwh: 1, boughtKwh: 1, cost: 1, peakCost: 0, carbonKg: null, peakKw: 1 }

/** Something to plan, and what planning has to say. */
async function makePlanned(ctx: Context, siteId: string, workUnitId: string): Promise<Ids> {
  const [productId = '', orderId = '', exceptionId = '', proposalId = '', scenarioId = ''] = Array.from(
    { length: 5 },
    () => randomUUID(),
  )
  const [tariffId = '', adviceId = '', switchOffId = ''] = Array.from({ length: 3 }, () => randomUUID())
  const [toolId, operatorGroupId] = [randomUUID(), randomUUID()]
  await sql`insert into planning.tool (id, site_id, name, count) values (${toolId}, ${siteId}, ${toolId}, 2)`.execute(
    ctx.db,
  )
  await sql`insert into planning.operator_group (id, site_id, name, skills, headcounts) values (${operatorGroupId}, ${siteId},
    ${operatorGroupId}, '{setting}', '[{"shift":"Day","count":1}]')`.execute(ctx.db)
  await sql`insert into planning.product (id, site_id, code, name, family) values (${productId}, ${siteId}, ${productId},
    'Blade', 'long')`.execute(ctx.db)
  await sql`insert into planning.routing_step (product_id, position, name, setup_family, splittable) values (${productId}, 1,
    'Milling', 'long', true)`.execute(ctx.db)
  await sql`insert into planning.routing_alternative (product_id, position, work_unit_id, minutes_per_piece) values (
    ${productId}, 1, ${workUnitId}, 1)`.execute(ctx.db)
  await sql`insert into planning.production_order (id, site_id, number, product_id, quantity, release_at, due_at, priority,
    state, created_at) values (${orderId}, ${siteId}, ${orderId}, ${productId}, 10, ${ctx.now}, now() + interval '2 days', 3,
    'open', ${ctx.now})`.execute(ctx.db)
  await sql`insert into planning.calendar_exception (id, site_id, kind, start_at, end_at, note) values (${exceptionId},
    ${siteId}, 'holiday', now() + interval '9 days', now() + interval '10 days', 'Holiday')`.execute(ctx.db)
  await sql`insert into planning.proposal (id, site_id, work_unit_id, cause, source, title, summary, until_at, changes, state,
    made_at) values (${proposalId}, ${siteId}, ${workUnitId}, 'stopped', ${proposalId}, 'It stands', 'Nothing moves.',
    now() + interval '1 hour', '[]', 'open', ${ctx.now})`.execute(ctx.db)
  await sql`insert into planning.scenario (id, site_id, name, changes, state, budget_s, heard_at, progress_ratio, made_at,
    made_by) values (${scenarioId}, ${siteId}, 'Saturday', '[]', 'failed', 1, ${ctx.now}, 0, ${ctx.now}, 'Somebody')`.execute(
    ctx.db,
  )
  await sql`insert into planning.energy_tariff (id, site_id, name, valid_from, otherwise_per_kwh, steps, peak_charge_per_kw)
    values (${tariffId}, ${siteId}, 'Usual', '2026-01-01', 0.2, '[]', 0)`.execute(ctx.db)
  await sql`insert into planning.energy_advice (id, site_id, state, wish, plan_id, plan_revision, result, progress_ratio,
    started_at, started_by, heard_at) values (${adviceId}, ${siteId}, 'open', ${JSON.stringify({ siteId })}, ${adviceId}, 1, ${JSON.stringify(
      {
        ...{ before: TAKEN, moved: TAKEN, after: TAKEN, moves: [], switchOffs: [], leftOut: 0 },
      },
    )}, 1, ${ctx.now}, 'Test', ${ctx.now})`.execute(ctx.db)
  await sql`insert into planning.energy_switch_off (id, site_id, work_unit_id, from_at, to_at, made_by) values (${switchOffId},
    ${siteId}, ${workUnitId}, now(), now() + interval '1 hour', 'Test')`.execute(ctx.db)
  return {
    productId,
    orderId,
    exceptionId,
    proposalId,
    scenarioId,
    tariffId,
    adviceId,
    switchOffId,
    toolId,
    operatorGroupId,
  }
}

/** Demand of a material, and what to do about it. */
async function makeWanted(ctx: Context, siteId: string, materialId: string): Promise<Ids> {
  const [demandId = '', messageId = ''] = Array.from({ length: 2 }, () => randomUUID())
  await sql`insert into planning.demand (id, site_id, number, material_id, quantity, due_at, priority, state, created_at)
    values (${demandId}, ${siteId}, ${demandId}, ${materialId}, 10, now() + interval '9 days', 3, 'open', ${ctx.now})`.execute(
    ctx.db,
  )
  await sql`insert into planning.requirement_item (site_id, material_id, level, on_hand, safety_stock, weeks) values (
    ${siteId}, ${materialId}, 0, 100, 0, '[]')`.execute(ctx.db)
  const cause = JSON.stringify({ partner: null, steps: [], demand: null, others: 0 })
  await sql`insert into planning.action_message (id, key, site_id, material_id, kind, supply, to_at, to_quantity, start_at,
    wanted_at, is_too_late, act_by_at, priority, money, cause, state, made_at) values (${messageId}, ${messageId}, ${siteId},
    ${materialId}, 'order', 'buy', now() + interval '9 days', 10, ${ctx.now}, now() + interval '9 days', false, ${ctx.now}, 3,
    50, ${cause}, 'open', ${ctx.now})`.execute(ctx.db)
  return { demandId, messageId }
}

/** What would need machines, analytics or a step-up to come about. */
async function makeRows(
  ctx: Context,
  of: { siteId: string; workUnitId: string; gatewayId: string; setPointId: string; personId: string },
): Promise<Ids> {
  const { siteId, workUnitId, gatewayId, setPointId, personId } = of
  const [findingId, commandId, roleId, keyId, zoneId, webhookId, deliveryId, tokenId, groupId] = Array.from(
    { length: 9 },
    () => randomUUID(),
  )
  const stationId = randomUUID()
  await sql`insert into insight.finding (id, site_id, work_unit_id, cause, title, reason, priority, confidence_ratio, state,
    since_at, found_at, last_seen_at, detector, detector_version, evidence, actions) values (${findingId}, ${siteId},
    ${workUnitId}, 'tool-wear', 'Worn tool', 'It is worn.', 2, 0.9, 'open', ${ctx.now}, ${ctx.now}, ${ctx.now}, 'test', 1,
    '[]', '[{"type": "request", "text": "Change the tool."}]')`.execute(ctx.db)
  // People of a plan and a group of an identity provider are different things; here they may share a number.
  const absenceId = randomUUID()
  await sql`insert into planning.operator_group (id, site_id, name, skills, headcounts) values (${groupId}, ${siteId}, 'Grinders',
    '{grinding}', '[]')`.execute(ctx.db)
  await sql`insert into planning.absence (id, site_id, group_id, count, start_at, end_at, reported_by) values (${absenceId},
    ${siteId}, ${groupId}, 1, now(), now() + interval '1 day', 'Test')`.execute(ctx.db)
  await sql`insert into control.command (id, site_id, work_unit_id, set_point_id, gateway_id, value, state, requested_by,
    requested_by_id, requested_at, expires_at, reason, idempotency_key, token) values (${commandId}, ${siteId}, ${workUnitId},
    ${setPointId}, ${gatewayId}, 1, 'read-back', 'Test', 'test', ${ctx.now}, ${ctx.now}, 'Because', ${randomUUID()}, '')`.execute(
    ctx.db,
  )
  await sql`insert into identity.role (id, name, permissions, created_at) values (${roleId}, ${`Role ${roleId}`}, '{}', ${ctx.now})`.execute(
    ctx.db,
  )
  await sql`insert into identity.network_zone (id, name, ranges) values (${zoneId}, ${`Zone ${zoneId?.slice(0, 8)}`}, '{10.0.0.0/8}')`.execute(
    ctx.db,
  )
  await sql`insert into identity.api_key (id, name, secret_sha256, created_by, created_at, expires_at) values (${keyId},
    ${`Key ${keyId}`}, sha256(${keyId}::bytea), ${personId}, ${ctx.now}, now() + interval '1 day')`.execute(ctx.db)
  await sql`insert into exchange.webhook (id, name, url, event_types, place_id, site_id, up_to, state, secret, created_by,
    created_at) values (${webhookId}, ${`Webhook ${webhookId}`}, 'https://hooks.example/in', '{insight.finding-changed}',
    ${siteId}, ${siteId}, 'internal', 'active', ''::bytea, 'Test', ${ctx.now})`.execute(ctx.db)
  await sql`insert into exchange.delivery (webhook_id, id, event_type, subject, occurred_at, created_at, body, state) values (
    ${webhookId}, ${deliveryId}, 'insight.finding-changed', ${`insight/findings/${findingId}`}, ${ctx.now}, ${ctx.now},
    '{}', 'delivered')`.execute(ctx.db)
  await sql`insert into identity.station (id, name, place_id, site_id, idle_minutes, created_at) values (${stationId},
    ${`Station ${stationId}`}, ${siteId}, ${siteId}, 15, ${ctx.now})`.execute(ctx.db)
  await sql`insert into identity.badge (id, person_id, secret_sha256, issued_at) values (${randomUUID()}, ${personId},
    sha256(${personId}::bytea), ${ctx.now})`.execute(ctx.db)
  await sql`insert into identity.provisioning_token (id, name, secret_sha256, created_by, created_at, expires_at)
    values (${tokenId}, ${`Token ${tokenId}`}, sha256(${tokenId}::bytea), ${personId}, ${ctx.now}, now() + interval '1 day')`.execute(
    ctx.db,
  )
  await sql`insert into identity.provisioned_group (id, display_name, display_name_key, created_at, changed_at)
    values (${groupId}, ${`Group ${groupId}`}, ${groupId}, ${ctx.now}, ${ctx.now})`.execute(ctx.db)
  return {
    ...(await makeProvider(ctx, personId)),
    findingId: findingId ?? '',
    commandId: commandId ?? '',
    roleId: roleId ?? '',
    keyId: keyId ?? '',
    zoneId: zoneId ?? '',
    webhookId: webhookId ?? '',
    deliveryId: deliveryId ?? '',
    stationId,
    absenceId,
    tokenId: tokenId ?? '',
    groupId: groupId ?? '',
  }
}

/** An identity provider that was tried, with somebody linked to it. Calling it is refused before anything is sent. */
async function makeProvider(ctx: Context, personId: string): Promise<Ids> {
  const providerId = randomUUID()
  const tryId = randomUUID()
  const connection = {
    ...{ kind: 'oidc', issuer: 'https://127.0.0.1', clientId: 'millrace', scopes: 'openid', algorithm: 'RS256' },
    privateHost: null,
  }
  const choices = { trustsMail: false, newcomers: null, groupsClaim: null, groupRoles: [], provesSecondFactor: false }
  await sql`insert into identity.provider (id, name, state, origin, domains, settings, revision, created_at) values (
    ${providerId}, ${`Provider ${providerId}`}, 'off', 'https://millrace.example', '{}',
    ${JSON.stringify({ ...choices, connection })}, 1, ${ctx.now})`.execute(ctx.db)
  await sql`insert into identity.sign_in_try (id, provider_id, revision, started_at, worked, result) values (${tryId},
    ${providerId}, 1, ${ctx.now}, false, '{"checks": [], "received": [], "person": null, "roles": []}')`.execute(ctx.db)
  await sql`insert into identity.provider_link (provider_id, subject, person_id, linked_at, last_used_at) values (
    ${providerId}, 'somebody', ${personId}, ${ctx.now}, ${ctx.now})`.execute(ctx.db)
  return { providerId, tryId }
}
