import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startApp } from '@dialplane/real-parts';

import { CONFIG, configAdd, createCase, NUMBER, OTHER_TENANT, TENANT, USER } from './case.ts';
import type { Case } from './case.ts';
import { untilRouted } from './until-routed.ts';

const SECRET = 'example-secret-of-exactly-40-characters!';
const SERVER = { url: 'http://livekit.example.com:7880', apiKey: 'APIexample' };
const CALLEE = '+12125550199';
const INDIA = 'c2222222-2222-4222-8222-222222222222';

const OTHERS = 'c3333333-3333-4333-8333-333333333333';
const THIRD_TENANT = '33333333-3333-4333-8333-333333333333';

let here: Case;
let router: Awaited<ReturnType<typeof startApp>>;
let folder = '';
beforeAll(async () => {
  here = await createCase();
  folder = await mkdtemp(join(tmpdir(), 'dialplane-route-'));
  const { ROUTER_ADDRESS: _, ...env } = process.env;
  router = await startApp({
    name: 'router',
    entry: join(import.meta.dirname, '../../router/src/main.ts'),
    env: {
      ...env,
      DB_SCHEMA: here.database.schema,
      DATABASE_URL: here.database.urls.router,
      ROUTER_LISTEN: '127.0.0.1:0',
      DRAIN_MS: '200',
    },
  });
}, 60_000);
beforeEach(async () => {
  await here.sql(
    'TRUNCATE $schema.tenants, $schema.users, $schema.voice_agent_numbers, $schema.voice_agent_livekit, $schema.voice_call_logs CASCADE',
  );
  await here.json(['user', 'add', USER, '--tenant', TENANT]);
  await here.json(configAdd(SERVER), { stdin: SECRET });
  await here.json(configAdd(SERVER, { '--id': INDIA, '--name': 'india', '--trunk': 'ST_india' }), { stdin: SECRET });
  await here.json(['number', 'add', '--base', '2125550100', '--country', '1', '--tenant', TENANT, '--config', CONFIG]);
});
afterAll(async () => {
  await router.stop();
  await here.stop();
  await rm(folder, { recursive: true });
});

async function file(text: string): Promise<string> {
  const path = join(folder, `file-${Math.random()}`);
  await writeFile(path, text);
  return path;
}
/** Asks the router, on a configuration that holds every change so far. */
async function ask(command: readonly string[]) {
  const { snapshotVersion } = await here.json(['db', 'status']);
  const env = { ROUTER_ADDRESS: router.address };
  const since = ['--min-snapshot-version', snapshotVersion as string];
  const ran = await here.run([...command, ...since, '--json'], { env });
  const text = await here.run([...command, ...since], { env });
  expect(text.exitCode).toBe(ran.exitCode);
  return { exitCode: ran.exitCode, json: ran.json() as Record<string, unknown>, text: text.stdout + text.stderr };
}

describe('route explain', () => {
  const explain = (...more: string[]) => [
    ...['route', 'explain', '--from', NUMBER, '--to', CALLEE, '--tenant', TENANT],
    ...more,
  ];

  test('decides as of another moment, for a purpose, and on rules that the number does not have', async () => {
    const rules = await file(
      `livekit_config: ${INDIA}\ncalling_hours: {timezone: America/New_York, windows: [{days: [wed], from: 09:00, to: 10:00}]}`,
    );
    const at = (moment: string) => ask(explain('--rules', rules, '--purpose', 'service', '--at', moment));
    expect(await at('2026-11-25T14:30:00Z')).toMatchObject({
      exitCode: 0,
      json: {
        outcome: 'routed',
        route: { targets: [{ livekitConfigId: INDIA }] },
        snapshotAgeSeconds: expect.any(Number),
      },
    });
    expect(await at('2026-11-25T15:00:00Z')).toMatchObject({
      exitCode: 1,
      json: { outcome: 'rejected', rejection: { reason: 'outside_calling_hours' } },
      text: expect.stringMatching(/snapshot age +\d+\.\d s/),
    });
    expect(await ask(explain())).toMatchObject({ json: { route: { targets: [{ livekitConfigId: CONFIG }] } } });
  });

  test('says of every later step what would refuse the call next', async () => {
    await here.json(['config', 'update', CONFIG, '--tenant', TENANT, '--disable']);
    await here.json(['do-not-call', 'add', CALLEE, '--tenant', TENANT]);
    const { exitCode, json, text } = await ask(explain());
    expect({ exitCode, json }).toMatchObject({ exitCode: 1, json: { rejection: { reason: 'do_not_call' } } });
    expect(json.trace).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ step: 'do_not_call', outcome: 'refused', reason: 'do_not_call', fault: 'callee' }),
        expect.objectContaining({
          step: 'enabled',
          reason: 'config_disabled',
          hint: expect.stringContaining('--enable'),
        }),
      ]),
    );
    expect(text).toMatch(/✗ enabled .*\n +config_disabled: Switch it on: dialplane config update/);
    await here.json(['do-not-call', 'remove', CALLEE, '--tenant', TENANT]);
  });

  test('refuses rules of the wrong shape with their line', async () => {
    const refused = await ask(explain('--rules', await file('region: IN\nroutes: [{weight: 1}]')));
    expect(refused).toMatchObject({ exitCode: 2, text: expect.stringMatching(/line 2: rules\.routes\[0\]/) });
  });
});

describe('route test', () => {
  const cases = (expected: string) =>
    file(`- {from: 2125550100, to: ${CALLEE}, initiated_by: ${USER}, expect: ${expected}}`);

  test('asks the router, and the database for what the answer does not name', async () => {
    await here.json(['deployment', 'set', SERVER.url, '--region', 'AE']);
    const held = await ask(['route', 'test', await cases('{config: uae, region: AE, trunk: ST_test}')]);
    expect(held).toMatchObject({ exitCode: 0, json: { passed: 1, failed: 0 } });
    const failed = await ask(['route', 'test', await cases('{config: india, region: IN, trunk: ST_india}')]);
    expect(failed).toMatchObject({
      exitCode: 1,
      json: { cases: [{ differences: [{ field: 'config', actual: 'uae' }, { field: 'region' }, { field: 'trunk' }] }] },
    });
  });

  test('needs no database for the rest', async () => {
    const path = await cases(`{config: ${CONFIG}, trunk: ST_test}`);
    const env = { ROUTER_ADDRESS: router.address, DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/none' };
    const { snapshotVersion } = await here.json(['db', 'status']);
    const command = ['route', 'test', path, '--min-snapshot-version', snapshotVersion as string];
    expect(await here.run(command, { env })).toMatchObject({ exitCode: 0 });
  });
});

describe('route problems', () => {
  const problems = async (...more: string[]) => {
    await untilRouted(here, router.address);
    const env = { ROUTER_ADDRESS: router.address };
    const ran = await here.run(['route', 'problems', ...more, '--json'], { env });
    const text = await here.run(['route', 'problems', ...more], { env });
    const { problems } = ran.json() as {
      problems: { table: string; problem: string; hint: string; tenantId: string }[];
    };
    return { exitCode: ran.exitCode, problems, text: text.stdout };
  };

  test('ends with 0 when there is none, and with 1 and a command for each when there are', async () => {
    expect(await problems()).toMatchObject({
      exitCode: 0,
      problems: [],
      text: expect.stringMatching(/✓ Every row can be used/),
    });
    await here.sql(`UPDATE $schema.voice_agent_numbers SET rules = '{"region": 7}'`);
    const found = await problems();
    expect(found).toMatchObject({
      exitCode: 1,
      problems: [{ table: 'voice_agent_numbers', tenantId: TENANT, hint: expect.stringContaining('number rules set') }],
      text: expect.stringMatching(/rules\.region[^]*✗ 1 row cannot be used as it is/),
    });
    expect(await problems('--tenant', OTHER_TENANT)).toMatchObject({ exitCode: 0, problems: [] });
  });

  test('lists every page', async () => {
    await here.sql(
      `INSERT INTO $schema.voice_agent_numbers (tenant_id, base_number, country_code, rules)
       SELECT $1, (2125550000 + n)::text, '1', '[]' FROM generate_series(1, 1100) n WHERE n <> 100`,
      [OTHER_TENANT],
    );
    expect((await problems()).problems).toHaveLength(1_099);
  });
});

describe('route diff', () => {
  const diff = async (rules: string, ...more: string[]) =>
    ask([...['route', 'diff', '--rules', await file(rules), '--days', '7', '--tenant', TENANT], ...more]);
  const called = (tenant: string, to: string | null, daysAgo: number, purpose: string | null = null) =>
    here.sql(
      `INSERT INTO $schema.voice_call_logs (tenant_id, initiated_by, agent_id, from_number, to_number, purpose, created_at)
       VALUES ($1, $2, 'agent-7', $3, $4, $5, now() - $6 * interval '1 day')`,
      [tenant, USER, NUMBER, to, purpose, daysAgo],
    );

  test("replays the tenant's calls of the last days, and no older ones and no other tenant's", async () => {
    await called(TENANT, CALLEE, 1);
    await called(TENANT, '+12125550198', 6.5, 'service');
    await called(TENANT, '+12125550197', 8);
    await called(TENANT, null, 1);
    await called(OTHER_TENANT, CALLEE, 1);
    const { exitCode, json, text } = await diff(`numbers: {${NUMBER}: {livekit_config: ${INDIA}}}`);
    expect({ exitCode, json }).toMatchObject({
      exitCode: 0,
      json: {
        requests: 3,
        concerned: 2,
        changed: 2,
        skipped: 1,
        groups: [{ tenantId: TENANT, change: 'routed → routed by another config, trunk', count: 2 }],
      },
    });
    expect(text).toMatch(/^! 2 of 2 decisions change/);
    expect(await diff(`numbers: {${NUMBER}: {livekit_config: ${CONFIG}}}`, '--fail-on-change')).toMatchObject({
      exitCode: 0,
    });
    expect(await diff(`numbers: {${NUMBER}: {}}`, '--fail-on-change')).toMatchObject({
      exitCode: 1,
      json: { groups: [{ change: 'routed → rejected: no_livekit_config' }] },
    });
    expect(await here.sql('SELECT rules FROM $schema.voice_agent_numbers')).toEqual([
      { rules: { livekit_config: CONFIG } },
    ]);
  });

  test('without --tenant replays the calls of every tenant that has one of the numbers, and of no other', async () => {
    await here.json(['user', 'add', 'a2222222-2222-4222-8222-222222222222', '--tenant', OTHER_TENANT]);
    const own = configAdd(SERVER, { '--id': OTHERS, '--tenant': OTHER_TENANT });
    await here.json(own, { stdin: SECRET });
    const parts = ['--base', '2125550100', '--country', '1', '--tenant', OTHER_TENANT, '--config', OTHERS];
    await here.json(['number', 'add', ...parts]);
    await called(TENANT, CALLEE, 1);
    await called(OTHER_TENANT, CALLEE, 1);
    await called(OTHER_TENANT, '+12125550198', 2);
    await called(THIRD_TENANT, CALLEE, 1);
    const everybodys = async (rules: string) => ask(['route', 'diff', '--rules', await file(rules), '--days', '7']);
    const { json, text } = await everybodys(`numbers: {${NUMBER}: {livekit_config: ${CONFIG}}}`);
    expect(json).toMatchObject({
      requests: 3,
      concerned: 3,
      changed: 2,
      tenants: [
        { tenantId: TENANT, concerned: 1, changed: 0 },
        { tenantId: OTHER_TENANT, concerned: 2, changed: 2 },
      ],
      groups: [{ tenantId: OTHER_TENANT, count: 2, change: expect.stringMatching(/^routed → rejected: /) }],
    });
    expect(text).toMatch(/tenant 11\S+: 0 of 1 decisions change\n\ntenant 22\S+: 2 of 2/);

    const ofOne = `numbers: [{number: ${NUMBER}, tenant: ${TENANT}, rules: {}}]`;
    expect((await everybodys(ofOne)).json).toMatchObject({ requests: 1, tenants: [{ tenantId: TENANT }] });
    for (const [rules, problem] of [
      ['numbers: {+12125550142: {}}', 'No tenant has the number'],
      [`numbers: [{number: ${NUMBER}, tenant: ${THIRD_TENANT}, rules: {}}]`, `Tenant ${THIRD_TENANT} has no number`],
    ] as const) {
      const refused = await everybodys(rules);
      expect(refused).toMatchObject({ exitCode: 1, json: { error: { reason: 'number_not_found' } } });
      expect(refused.text).toContain(problem);
    }
  });

  test('takes rules as long as a number may have, in characters, and ends with 2 at longer ones', async () => {
    await called(TENANT, CALLEE, 1);
    const rules = (note: string) => `numbers: {${NUMBER}: ${JSON.stringify({ livekit_config: CONFIG, note })}}`;
    expect(await diff(rules('ü'.repeat(40_000)))).toMatchObject({ exitCode: 0, json: { concerned: 1 } });
    const { exitCode, text } = await diff(rules('ü'.repeat(70_000)));
    expect({ exitCode, text }).toMatchObject({
      exitCode: 2,
      text: expect.stringMatching(/longer than 65536 characters/),
    });
  });

  test('goes through more calls than one page of the log holds', async () => {
    await here.sql(
      `INSERT INTO $schema.voice_call_logs (tenant_id, from_number, to_number, created_at)
       SELECT $1, $2, $3, now() - interval '1 hour' FROM generate_series(1, 2100)`,
      [TENANT, NUMBER, CALLEE],
    );
    const { json } = await diff(`numbers: {${NUMBER}: {livekit_config: ${INDIA}}}`);
    expect(json).toMatchObject({ requests: 2100, concerned: 2100, changed: 2100 });
  });

  test('ends with 3 when there is no router', async () => {
    await called(TENANT, CALLEE, 1);
    const command = [
      ...['route', 'diff', '--rules', await file(`numbers: {${NUMBER}: {}}`), '--days', '7', '--tenant', TENANT],
      ...['--router', '127.0.0.1:1'],
    ];
    expect(await here.run(command)).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('The router does not answer'),
    });
  });
});
