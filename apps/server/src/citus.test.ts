import { createTestDatabase } from '@millrace/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { citusFaults } from './testing/citus-rules.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let client: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})

afterAll(async () => {
  await client.end()
  await database.drop()
})

test('the schema can be sharded by enterprise on Citus', async () => {
  expect(await citusFaults((query) => client.query(query))).toEqual([])
})

test('what could not be sharded is found', async () => {
  await client.query(`begin;
    create schema bad;
    create table bad.parent (enterprise_id uuid not null, id uuid not null, primary key (enterprise_id, id));
    create table bad.no_tenant (id uuid primary key);
    create table bad.own_key (enterprise_id uuid not null, id serial primary key, parent_id uuid,
      foreign key (enterprise_id, parent_id) references bad.parent (enterprise_id, id) on delete set null);
    create table bad.crossed (enterprise_id uuid not null, id uuid not null, primary key (enterprise_id, id),
      foreign key (id, enterprise_id) references bad.parent (enterprise_id, id));
    create unlogged table bad.unlogged (enterprise_id uuid not null, id uuid not null, primary key (enterprise_id, id));
    create materialized view bad.view as select 1 as one;
    create policy peeks on bad.parent using (exists (select from bad.no_tenant t where t.id = parent.id));`)
  const faults = await citusFaults((query) => client.query(query))
  await client.query('rollback')
  expect(faults.sort()).toEqual([
    'a policy of bad.parent looks into other tables',
    'bad.no_tenant has no enterprise_id to be distributed by',
    'bad.unlogged is not logged',
    'bad.view has no enterprise_id to be distributed by',
    'bad.view has no primary key',
    'bad.view is no table: it cannot be distributed',
    'crossed_id_enterprise_id_fkey does not lead from enterprise to enterprise',
    'own_key_enterprise_id_parent_id_fkey sets enterprise_id when what it leads to goes',
    'the key no_tenant_pkey of bad.no_tenant does not begin with enterprise_id',
    'the key own_key_pkey of bad.own_key does not begin with enterprise_id',
    'the sequence bad.own_key_id_seq is no bigint',
  ])
})
