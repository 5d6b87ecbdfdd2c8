import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CallFilter, CallPosition } from '@dialplane/calls';
import { createCallRepository } from '@dialplane/database';

import { accepted, aCallsCase, ANOTHER, letLeasesRunOut, TENANT } from './calls-case.ts';
import type { CallsCase } from './calls-case.ts';
import { runSql } from './fixtures.ts';

const ALL: CallFilter = {
  states: [],
  toNumber: undefined,
  fromNumber: undefined,
  createdFrom: undefined,
  createdBefore: undefined,
};
const ROWS = 200_000;
const START = '2026-01-01T00:00:00Z';

let calling: CallsCase;

beforeAll(async () => {
  calling = await aCallsCase();
  // A hundred in a millisecond, most of them over, of two tenants.
  await runSql(
    calling.database.ownerUrl,
    `INSERT INTO dialplane.voice_call_logs (tenant_id, to_number, from_number, targets, metadata, state, created_at, updated_at, last_event)
     SELECT CASE WHEN n % 100 = 0 THEN '${ANOTHER}' ELSE '${TENANT}' END::uuid, '+1212555' || lpad((n % 10000)::text, 4, '0'),
            '+12125550100', '[]', '{}', CASE WHEN n % 7 = 0 THEN 'failed' ELSE 'ended' END,
            '${START}'::timestamptz + n * interval '10 microseconds', '${START}', 1
     FROM generate_series(1, ${ROWS}) n;
     INSERT INTO dialplane.voice_call_events (tenant_id, call_id, number, attempt, kind, evidence)
     SELECT tenant_id, id, 1, 0, 'accepted', 'Dispatch' FROM dialplane.voice_call_logs;
     INSERT INTO dialplane.call_attempts (tenant_id, call_id, number, state, target, room)
     SELECT tenant_id, id, 1, 'ended', '{}', id FROM dialplane.voice_call_logs WHERE random() < 0.2`,
  );
  for (let n = 0; n < 5; n++) await accepted(calling.one);
  await letLeasesRunOut(calling.database);
  await runSql(calling.database.ownerUrl, 'ANALYZE');
}, 120_000);
afterAll(() => calling.close());

async function walk(filter: CallFilter, limit: number, between?: () => Promise<unknown>): Promise<string[]> {
  const ids: string[] = [];
  let after: CallPosition | undefined;
  for (;;) {
    const page = await calling.one.list(ANOTHER, filter, { after, limit });
    ids.push(...page.map(({ id }) => id));
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return ids;
    after = { createdAt: last.createdAt, callId: last.id };
    await between?.();
  }
}

const idsInOrder = async (condition: string): Promise<string[]> =>
  (
    await runSql<{ id: string }>(
      calling.database.ownerUrl,
      `SELECT id FROM dialplane.voice_call_logs WHERE tenant_id = '${ANOTHER}' AND ${condition} ORDER BY created_at DESC, id DESC`,
    )
  ).map(({ id }) => id);

test('pages are complete and have nothing twice, though calls are accepted and share a millisecond meanwhile', async () => {
  const before = await idsInOrder('true');
  expect(before).toHaveLength(ROWS / 100);
  const insert = `INSERT INTO dialplane.voice_call_logs (tenant_id, targets, state, created_at) VALUES ('${ANOTHER}', '[]', 'ended', now())`;
  expect(await walk(ALL, 150, () => runSql(calling.database.ownerUrl, insert))).toEqual(before);
  expect(await idsInOrder('true')).toHaveLength(before.length + Math.floor(before.length / 150));
});

test.each<[Partial<CallFilter>, string]>([
  [{ states: ['failed'] }, `state = 'failed'`],
  [{ states: ['failed', 'ended'] }, `state IN ('failed', 'ended')`],
  [{ toNumber: '+12125550100' }, `to_number = '+12125550100'`],
  [{ fromNumber: '+12125550199' }, 'false'],
  [
    { createdFrom: new Date(Date.parse(START) + 500), createdBefore: new Date(Date.parse(START) + 700) },
    `created_at >= '${START}'::timestamptz + interval '500 ms' AND created_at < '${START}'::timestamptz + interval '700 ms'`,
  ],
])('of the calls that %o asks for, every page together has all', async (filter, condition) => {
  expect(await walk({ ...ALL, ...filter }, 37)).toEqual(await idsInOrder(condition));
});

test('a page that begins after a call that was deleted since goes on where that one was', async () => {
  const [first, second] = await calling.one.list(TENANT, ALL, { after: undefined, limit: 2 });
  const after = { createdAt: first!.createdAt, callId: first!.id };
  await runSql(calling.database.ownerUrl, 'DELETE FROM dialplane.voice_call_logs WHERE id = $1', [first!.id]);
  expect(await calling.one.list(TENANT, ALL, { after, limit: 1 })).toMatchObject([{ id: second!.id }]);
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}
const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];
type Explained = { readonly 'QUERY PLAN': readonly [{ readonly Plan: Plan }] };

/** What each statement of a page does, by the plan that the dispatcher's role gets for it. */
async function plansOfPage(filter: CallFilter, after: CallPosition | undefined): Promise<Plan[]> {
  const plans: Plan[] = [];
  const [db] = calling.dbs;
  const explaining = createCallRepository(
    {
      ...db,
      query: async (tenantId, sql, values) => {
        const [row] = await db.query<Explained>(tenantId, `EXPLAIN (FORMAT JSON) ${sql}`, values);
        plans.push(...nodes(row!['QUERY PLAN'][0].Plan));
        return db.query(tenantId, sql, values);
      },
    },
    { holder: 'one', leaseMs: 1 },
  );
  await explaining.list(TENANT, filter, { after, limit: 50 });
  return plans;
}

test('a page reads no more of the table than the page, wherever it is', async () => {
  const [row] = await calling.one.list(
    TENANT,
    { ...ALL, createdBefore: new Date(Date.parse(START) + 1_000) },
    { after: undefined, limit: 1 },
  );
  for (const after of [undefined, { createdAt: row!.createdAt, callId: row!.id }]) {
    const plans = await plansOfPage(ALL, after);
    expect(plans.map((plan) => plan['Node Type'])).not.toContain('Seq Scan');
    expect(plans.map((plan) => plan['Index Name'])).toContain('dialplane_voice_call_logs_pages');
  }
});

/** The plan of a function's statement, with values in the places of its parameters. */
async function planOfFunction(signature: string, values: readonly string[]): Promise<Plan[]> {
  const [source] = await runSql<{ sql: string }>(
    calling.database.ownerUrl,
    `SELECT prosrc AS sql FROM pg_proc WHERE oid = 'dialplane.${signature}'::regprocedure`,
  );
  const sql = source!.sql
    .replaceAll(/\$(\d)/g, (_, n: string) => values[Number(n) - 1]!)
    .replaceAll(/\b(voice_call_(?:logs|events))\b/g, 'dialplane.$1');
  const [row] = await runSql<Explained>(calling.database.ownerUrl, `EXPLAIN (FORMAT JSON) ${sql}`);
  return nodes(row!['QUERY PLAN'][0].Plan);
}

test('taking over and reading events look at open calls and at new events alone', async () => {
  const takeOver = await planOfFunction('take_over_calls(text, integer, integer)', [`'one'::text`, '15000', '100']);
  expect(takeOver.map((plan) => plan['Index Name'])).toContain('dialplane_voice_call_logs_open');
  const events = await planOfFunction('call_events_after(text[], integer[])', [
    `'{${TENANT},${ANOTHER}}'::text[]`,
    `'{1,2}'::integer[]`,
  ]);
  expect([...takeOver, ...events].filter((plan) => plan['Node Type'] === 'Seq Scan')).toEqual([]);

  const sql = `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM dialplane.take_over_calls('one', 15000, 100)`;
  const [row] = await calling.dbs[0].query<{
    'QUERY PLAN': [{ Plan: { 'Actual Rows': number; 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }];
  }>(null, sql, []);
  const { 'Actual Rows': rows, 'Shared Hit Blocks': hit, 'Shared Read Blocks': read } = row!['QUERY PLAN'][0].Plan;
  expect(rows).toBeGreaterThanOrEqual(4);
  // The table has some 7,000 blocks.
  expect(hit + read).toBeLessThan(1_000);
});
