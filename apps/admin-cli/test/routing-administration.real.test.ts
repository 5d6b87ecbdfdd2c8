import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { CONFIG, configAdd, createCase, NUMBER, OTHER_TENANT, TENANT, USER } from './case.ts';
import type { Case } from './case.ts';

const SECRET = 'example-secret-of-exactly-40-characters!';
const SERVER = { url: 'http://livekit.example.com:7880', apiKey: 'APIexample' };
const ORIGIN = 'http://livekit.example.com:7880';
const ABSENT = '99999999-9999-4999-8999-999999999999';
const TABLES = [
  'tenants',
  'users',
  'voice_agent_numbers',
  'voice_agent_livekit',
  'trunks',
  'deployments',
  'do_not_call',
];

let here: Case;
let folder = '';
beforeAll(async () => {
  here = await createCase();
  folder = await mkdtemp(join(tmpdir(), 'dialplane-routing-'));
});
beforeEach(() => here.sql(`TRUNCATE ${TABLES.map((table) => `$schema.${table}`).join(', ')} CASCADE`));
afterAll(async () => {
  await here.stop();
  await rm(folder, { recursive: true });
});

async function file(text: string | Uint8Array): Promise<string> {
  const path = join(folder, `file-${Math.random()}`);
  await writeFile(path, text);
  return path;
}

/** Everything that these commands can change. */
const everything = async () =>
  JSON.stringify(
    await Promise.all(TABLES.map((table) => here.sql(`SELECT t::text FROM $schema.${table} t ORDER BY 1`))),
  );

/** Runs a command that is to be refused, in both forms of output, and checks that it changed nothing. */
async function refusal(command: readonly string[]) {
  const before = await everything();
  const text = await here.run(command);
  const json = await here.run([...command, '--json']);
  expect(await everything()).toBe(before);
  expect(text).toMatchObject({ exitCode: json.exitCode, stdout: '' });
  expect(json.stderr).toBe('');
  const { error } = json.json() as { error: { reason: string; message: string; hint: string } };
  expect(text.stderr).toContain(error.hint);
  return { exitCode: json.exitCode, ...error };
}

describe("a number's rules", () => {
  const stored = async () =>
    (await here.sql<{ rules: unknown }>('SELECT rules FROM $schema.voice_agent_numbers'))[0]?.rules;
  const set = async (text: string, ...more: string[]) => [
    ...['number', 'rules', 'set', NUMBER, '--file', await file(text), '--tenant', TENANT],
    ...more,
  ];
  const show = ['number', 'rules', 'show', NUMBER, '--tenant', TENANT];
  beforeEach(async () => {
    await here.json(configAdd(SERVER), { stdin: SECRET });
    await here.json([
      'number',
      'add',
      '--base',
      '2125550100',
      '--country',
      '1',
      '--tenant',
      TENANT,
      '--config',
      CONFIG,
    ]);
    await here.sql(`UPDATE $schema.voice_agent_numbers SET rules = rules || '{"theirs": {"keep": [1, 2]}}'`);
  });

  test('are set key by key, and what changed is shown; the same twice changes nothing', async () => {
    const command = await set('region: IN\nlimits: { calls_per_day: 50 }');
    const changed = await here.json(command);
    expect(changed).toMatchObject({
      outcome: 'changed',
      number: { e164: NUMBER, rulesProblem: null },
      changes: [
        { key: 'limits', before: null, after: { calls_per_day: 50 } },
        { key: 'region', before: null, after: 'IN' },
      ],
      warnings: [expect.stringContaining('pins calls to IN')],
      snapshotVersion: expect.stringMatching(/^\w+\.\d+$/),
    });
    expect(await stored()).toEqual({
      livekit_config: CONFIG,
      theirs: { keep: [1, 2] },
      region: 'IN',
      limits: { calls_per_day: 50 },
    });
    expect(await here.json(command)).toEqual({ ...changed, outcome: 'unchanged', changes: [] });
    const { stdout } = await here.run(await set('region: AE'));
    expect(stdout).toMatch(/✓ Changed rules of number \+12125550100\n[^]*region +IN → AE/);
  });

  test('lose a key that is null; with --replace, each key of ours that the file does not have, and none of theirs', async () => {
    await here.json(await set('region: IN\nstrategy: weight'));
    expect(await here.json(await set('region: null'))).toMatchObject({
      changes: [{ key: 'region', before: 'IN', after: null }],
    });
    expect(await stored()).toEqual({ livekit_config: CONFIG, theirs: { keep: [1, 2] }, strategy: 'weight' });
    await here.json(await set('region: AE', '--replace'));
    expect(await stored()).toEqual({ theirs: { keep: [1, 2] }, region: 'AE' });
    await here.json(await set('{}', '--replace'));
    expect(await stored()).toEqual({ theirs: { keep: [1, 2] } });
  });

  test('are shown as a file that set takes back, keys of other services and all', async () => {
    await here.json(await set('region: IN\ncarriers:\n  - prefixes: [+91]\n    caller_id: +12125550100'));
    const before = await stored();
    const { stdout, exitCode } = await here.run(show);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^# rules of number \+12125550100 \(row [-0-9a-f]+\)\n/);
    expect(await here.json(await set(stdout, '--replace'))).toMatchObject({ outcome: 'unchanged' });
    expect(await stored()).toEqual(before);
    expect(await here.json(show)).toMatchObject({ rules: before as object, problems: [] });
  });

  test.each([
    ['a key that is misspelt', 'regoin: IN', /line 1: there is no key regoin; the keys are livekit_config/],
    ["another service's key with another value", 'theirs: {keep: [3]}', /line 1: there is no key theirs/],
    [
      'a key inside that is misspelt',
      'region: IN\ndestinations:\n  alow: [IN]',
      /line \d: rules\.destinations: has no key "alow"/,
    ],
    [
      'a wrong value',
      'region: IN\ncarriers:\n  - prefixes: [+91]\n    weight: -1',
      /line 4: rules\.carriers\[0\]\.weight: is less than 0/,
    ],
    ['a cost that is no text', 'carriers: [{prefixes: [+91], cost_per_minute: 1e3}]', /put it in quotes/],
    ['no object', '[]', /holds no object/],
    ['nothing', '{}', /names nothing to set/],
    ['an empty file', '', /holds no object/],
    ['__proto__', '{"__proto__": {"region": "IN"}}', /__proto__ cannot be a key/],
    ['NUL', 'region: "a\\0"', /NUL/],
    ['more than a mebibyte', `# ${'x'.repeat(2 ** 20)}\nregion: IN`, /more than 1048576 bytes/],
    ['depth without end', `carriers: ${'['.repeat(10_000)}`, /nested too deeply/],
  ])('are refused with %s: exit code 2', async (_, text, problem) => {
    expect(await refusal(await set(text))).toMatchObject({ exitCode: 2, message: expect.stringMatching(problem) });
  });

  test.each([
    [
      'a config that is not there',
      `livekit_config: ${ABSENT}`,
      /rules\.livekit_config names LiveKit config 9/,
      /config list/,
    ],
    ['a route to one', `routes: [{livekit_config: ${ABSENT}}]`, /rules\.routes\[0\]\.livekit_config/, /config list/],
    [
      'a trunk that is not registered',
      'carriers: [{prefixes: [+91], trunk_id: ST_absent}]',
      /carriers\[0\]\.trunk_id names trunk ST_absent/,
      /trunk set ST_absent --deployment http/,
    ],
    [
      'a caller id that is not the tenant’s',
      'carriers: [{prefixes: [+91], caller_id: +12125550142}]',
      /caller id \+12125550142, which is no number/,
      /number list/,
    ],
    [
      'a header profile that is not there',
      'carriers: [{prefixes: [+91], header_profile: plain}]',
      /header profile plain, which neither trunk ST_test nor deployment/,
      /--headers <file>/,
    ],
  ])('are refused when they name %s', async (_, text, message, hint) => {
    expect(await refusal(await set(text))).toMatchObject({
      exitCode: 1,
      reason: 'rules_name_nothing',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test("name another tenant's config, trunk and number no more than what is not there", async () => {
    const theirs = ['--tenant', OTHER_TENANT];
    await here.json(configAdd(SERVER, { '--id': ABSENT, '--tenant': OTHER_TENANT }), { stdin: SECRET });
    await here.json(['trunk', 'set', 'ST_theirs', '--deployment', ORIGIN, ...theirs]);
    await here.json(['number', 'add', '--base', '2125550142', '--country', '1', ...theirs]);
    for (const carrier of [`livekit_config: ${ABSENT}`, 'trunk_id: ST_theirs', 'caller_id: +12125550142'])
      expect(await refusal(await set(`carriers: [{prefixes: [+91], ${carrier}}]`))).toMatchObject({
        reason: 'rules_name_nothing',
      });
  });

  test('may name what the tenant and the operator have', async () => {
    await here.json(['trunk', 'set', 'ST_shared', '--deployment', 'ws://livekit.example.com:7880', '--operator']);
    const headers = await file('plain: { X-Line: "1" }');
    await here.json(['deployment', 'set', ORIGIN, '--headers', headers]);
    const text = 'carriers: [{prefixes: [+91], trunk_id: ST_shared, caller_id: +12125550100, header_profile: plain}]';
    expect(await here.json(await set(text))).toMatchObject({ outcome: 'changed', warnings: [] });
  });

  test('that refuse calls as things are, are set with a warning', async () => {
    const windows = 'windows: [{days: [mon], from: 09:00, to: 18:00}]';
    const text = `region: AE\ncalling_hours: {${windows}}`;
    expect(await here.json(await set(text))).toMatchObject({
      outcome: 'changed',
      warnings: [expect.stringContaining('pins calls to AE'), expect.stringContaining('US has no single one')],
    });
    await here.json(['deployment', 'set', ORIGIN, '--region', 'AE']);
    const zoned = `calling_hours: {timezone: America/New_York, ${windows}}`;
    expect(await here.json(await set(zoned))).toMatchObject({ outcome: 'changed', warnings: [] });
  });

  test('that name what is switched off, or named nothing before, are set with a warning', async () => {
    await here.json(['config', 'update', CONFIG, '--tenant', TENANT, '--disable']);
    expect(await here.json(await set('limits: { calls_per_day: 9 }'))).toMatchObject({
      outcome: 'changed',
      warnings: [expect.stringContaining('switched off')],
    });
    await here.sql('DELETE FROM $schema.voice_agent_livekit');
    const changed = await here.run(await set('region: AE'));
    expect(changed).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/warning 1 .*not there for the tenant/),
    });
    expect(await here.json(show)).toMatchObject({ problems: [expect.stringContaining('not there')] });
  });

  test.each([
    ['an array', '[]'],
    ['a text', '"x"'],
  ])('that are %s are shown, and set only with --replace', async (_, rules) => {
    await here.sql('UPDATE $schema.voice_agent_numbers SET rules = $1', [rules]);
    expect(await here.run(show)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/# ! rules: is not an object/),
    });
    expect(await refusal(await set('region: IN'))).toMatchObject({
      exitCode: 1,
      reason: 'rules_invalid',
      hint: expect.stringContaining('--replace'),
    });
    expect(await here.json(await set('region: IN', '--replace'))).toMatchObject({ outcome: 'changed' });
    expect(await stored()).toEqual({ region: 'IN' });
  });

  test('that are unusable in another key are not changed until that is mended with them', async () => {
    await here.sql(`UPDATE $schema.voice_agent_numbers SET rules = '{"region": 7, "theirs": 1}'`);
    expect(await refusal(await set('strategy: weight'))).toMatchObject({
      exitCode: 1,
      reason: 'rules_invalid',
      message: expect.stringContaining('rules.region: is a number'),
      hint: expect.stringContaining('number rules show'),
    });
    expect(await here.json(await set('strategy: weight\nregion: null'))).toMatchObject({ outcome: 'changed' });
    expect(await stored()).toEqual({ strategy: 'weight', theirs: 1 });
  });

  test('nested as deeply as PostgreSQL takes it, or larger than rules may be, are shown without harm', async () => {
    const deep = `${'['.repeat(3_000)}${']'.repeat(3_000)}`;
    await here.sql(`UPDATE $schema.voice_agent_numbers SET rules = $1`, [`{"theirs": ${deep}}`]);
    expect(await here.run(show)).toMatchObject({ exitCode: 0 });
    await here.sql(`UPDATE $schema.voice_agent_numbers SET rules = $1`, [
      JSON.stringify({ theirs: 'x'.repeat(100_000) }),
    ]);
    expect(await here.run(show)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('longer than 65536') });
  });

  test('of a number that is not there are refused', async () => {
    expect(await refusal(['number', 'rules', 'show', '+12125550199', '--tenant', TENANT])).toMatchObject({
      exitCode: 1,
      reason: 'number_not_found',
    });
  });
});

describe("a tenant's defaults", () => {
  const set = async (text: string, ...more: string[]) => [
    ...['tenant', 'defaults', 'set', TENANT, '--file', await file(text)],
    ...more,
  ];
  const show = ['tenant', 'defaults', 'show', TENANT];

  test('give a tenant that only its users know a row; are shown, changed and taken away', async () => {
    await here.json(['user', 'add', USER, '--tenant', TENANT]);
    expect(await here.json(show)).toEqual({ tenantId: TENANT, defaults: {}, problem: null });
    const command = await set('region: IN\ncalling_hours: {windows: [{days: [mon], from: 09:00, to: 21:00}]}');
    const changed = await here.json(command);
    expect(changed).toMatchObject({ outcome: 'changed', defaults: { region: 'IN' } });
    expect(await here.json(command)).toEqual({ ...changed, outcome: 'unchanged', changes: [] });
    const { stdout } = await here.run(show);
    expect(await here.json(await set(stdout, '--replace'))).toMatchObject({ outcome: 'unchanged' });
    expect(await here.json(await set('calling_hours: null'))).toMatchObject({ defaults: { region: 'IN' } });
    expect(await here.json(await set('{}', '--replace'))).toMatchObject({ defaults: {} });
  });

  test('are refused when they are wrong, or the tenant is not there', async () => {
    expect(await refusal(await set('region: IN'))).toMatchObject({ exitCode: 1, reason: 'tenant_not_found' });
    expect(await refusal(show)).toMatchObject({ exitCode: 1, reason: 'tenant_not_found' });
    await here.json(['tenant', 'add', TENANT, '--name', 'Acme Clinics']);
    expect(await refusal(await set('carriers: []'))).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/no key carriers; the keys are region/),
    });
    expect(await refusal(await set('limits:\n  calls_per_day: 0'))).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/line 2: .*calls_per_day: is less than 1/),
    });
    await here.sql(`UPDATE $schema.tenants SET routing_defaults = '{"region": 7}'`);
    expect(await refusal(await set('limits: {calls_per_day: 5}'))).toMatchObject({ reason: 'tenant_defaults_invalid' });
    expect(await here.run(show)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('# ! routing_defaults'),
    });
    await here.sql(`UPDATE $schema.tenants SET routing_defaults = '[]'`);
    expect(await refusal(await set('region: IN'))).toMatchObject({ hint: expect.stringContaining('--replace') });
    expect(await here.json(await set('region: IN', '--replace'))).toMatchObject({ defaults: { region: 'IN' } });
  });
});

describe('trunks', () => {
  const set = (...more: string[]) => ['trunk', 'set', 'ST_one', '--deployment', 'wss://india.example.com', ...more];
  const mine = ['--tenant', TENANT];

  test('are registered, changed field by field, and shown; the same twice changes nothing', async () => {
    const limits = await file('calls_per_second: 2');
    const headers = await file('{"plain": {"X-Line": "1"}}');
    const command = set(
      '--carrier',
      'Carrier One',
      '--cli-countries',
      'in,AE,IN',
      '--limits',
      limits,
      '--headers',
      headers,
      '--sip-codes',
      '480=carrier_trouble, 603=BUSY',
      ...mine,
    );
    const added = await here.json(command);
    const trunk = {
      deploymentOrigin: 'https://india.example.com',
      sipTrunkId: 'ST_one',
      tenantId: TENANT,
      carrier: 'Carrier One',
      isActive: true,
      cliCountries: ['IN', 'AE'],
      limits: { calls_per_second: 2 },
      headerProfiles: { plain: { 'X-Line': '1' } },
      sipCodes: { 480: 'carrier_trouble', 603: 'busy' },
    };
    expect(added).toEqual({
      outcome: 'added',
      trunk,
      warning: expect.stringContaining('no LiveKit config is on https://india.example.com'),
      snapshotVersion: expect.any(String),
    });
    expect(await here.json(command)).toMatchObject({ outcome: 'unchanged', trunk });
    const shared = set('--operator').map((word) => (word === 'ST_one' ? 'ST_everybodys' : word));
    expect(await here.json(shared)).not.toHaveProperty('warning');
    for (const [flags, change] of [
      [['--disable'], { isActive: false }],
      [['--enable'], { isActive: true }],
      [['--no-carrier'], { carrier: null }],
      [['--no-cli-countries'], { cliCountries: null }],
      [['--no-limits'], { limits: null }],
      [['--no-headers'], { headerProfiles: null }],
      [['--sip-codes', '503=busy'], { sipCodes: { 503: 'busy' } }],
      [['--no-sip-codes'], { sipCodes: null }],
    ] as const)
      expect(await here.json(set(...flags, ...mine))).toMatchObject({ outcome: 'changed', trunk: change });
    expect(await here.json(['trunk', 'list', ...mine])).toMatchObject({
      trunks: [{ sipTrunkId: 'ST_everybodys' }, { sipTrunkId: 'ST_one' }],
    });
    expect(await here.json(['trunk', 'show', 'ST_one', ...mine])).toMatchObject({ trunks: [{ cliCountries: null }] });
  });

  test('show which SIP codes they had, and have', async () => {
    const codes = async (...flags: string[]) =>
      /sip codes +(.*)/.exec((await here.run(set(...flags, ...mine))).stdout)?.[1];
    expect(await codes('--sip-codes', '486=carrier_trouble')).toBe('486=carrier_trouble');
    expect(await codes('--sip-codes', '480=no_answer')).toBe('486=carrier_trouble → 480=no_answer');
    expect(await codes('--disable')).toBe('480=no_answer');
    expect(await codes('--no-sip-codes')).toBe('480=no_answer → –');
  });

  test('that nothing names are a warning, with the ids that are known there', async () => {
    await here.json(configAdd(SERVER), { stdin: SECRET });
    await here.json(['number', 'add', '--base', '2125550100', '--country', '1', ...mine]);
    const at = (id: string) => here.json(['trunk', 'set', id, '--deployment', ORIGIN, ...mine]);
    expect(await at('ST_nope')).toMatchObject({
      warning: `no LiveKit config on ${ORIGIN} and no rules of the tenant's name ST_nope yet; they name ST_test`,
    });
    expect(await at('ST_test')).not.toHaveProperty('warning');
    const rules = { livekit_config: CONFIG, carriers: [{ prefixes: ['+91'], trunk_id: 'ST_nope' }] };
    await here.sql('UPDATE $schema.voice_agent_numbers SET rules = $1', [JSON.stringify(rules)]);
    expect(await at('ST_nope')).not.toHaveProperty('warning');
  });

  test("are the tenant's own or an operator's; whose another's is, is not told", async () => {
    await here.json(set('--tenant', OTHER_TENANT));
    for (const scope of [mine, ['--operator']]) {
      const refused = await refusal(set(...scope));
      expect(refused).toMatchObject({ exitCode: 1, reason: 'conflict' });
      expect(JSON.stringify(refused)).not.toContain(OTHER_TENANT);
      expect(await refusal(['trunk', 'show', 'ST_one', ...scope])).toMatchObject({ reason: 'trunk_not_found' });
    }
    expect(await here.json(['trunk', 'list', ...mine])).toEqual({ trunks: [] });
    await here.json(['trunk', 'set', 'ST_shared', '--deployment', ORIGIN, '--operator']);
    expect(await refusal(['trunk', 'set', 'ST_shared', '--deployment', ORIGIN, ...mine])).toMatchObject({
      exitCode: 1,
      reason: 'trunk_of_the_operator',
      hint: expect.stringContaining('--operator'),
    });
    expect(await here.json(['trunk', 'list', ...mine])).toMatchObject({
      trunks: [{ sipTrunkId: 'ST_shared', tenantId: null }],
    });
  });

  test.each([
    ['a country that is none', ['--cli-countries', 'XX'], /codes of countries/],
    ['no country', ['--cli-countries', ''], /codes of countries/],
    ['limits of the wrong shape', ['--limits', 'max_calls: 1'], /line 1: limits: has no key "max_calls"/],
    ['a header that LiveKit writes', ['--headers', 'a:\n  Via: x'], /line 2: .*LiveKit writes itself/],
    ['a header with a line end', ['--headers', 'a: {X-A: "x\\r\\nVia: y"}'], /printable ASCII/],
    ['an empty file', ['--limits', ''], /it is empty; to take what is there away: --no-limits/],
    ['enable and disable', ['--enable', '--disable'], /cannot be used with/],
    ['a code that there is not', ['--sip-codes', '999=busy'], /sip_codes\["999"\]: is not a SIP code .* 300 to 699/],
    ['a code of success', ['--sip-codes', '200=busy'], /is not a SIP code of a call that failed/],
    [
      'a meaning that no carrier has',
      ['--sip-codes', '480=agent_lost'],
      /sip_codes\["480"\]: is none of busy, declined/,
    ],
    ['a code without its meaning', ['--sip-codes', '480'], /for example 480=carrier_trouble,603=busy/],
    ['no codes', ['--sip-codes', ''], /for example 480=carrier_trouble,603=busy/],
    ['a code twice', ['--sip-codes', '480=busy,480=declined'], /a code twice/],
    ['codes and none', ['--sip-codes', '480=busy', '--no-sip-codes'], /--sip-codes and --no-sip-codes exclude/],
    ['no carrier and one', ['--no-carrier', '--carrier', 'One'], /--no-carrier and --carrier exclude each other/],
    ['a carrier with a control character', ['--carrier', 'a\u001b[2J'], /control characters/],
  ])('are refused with %s: exit code 2', async (_, flags, message) => {
    const isFile = flags[0] === '--limits' || flags[0] === '--headers';
    const given = isFile ? [flags[0] ?? '', await file(flags[1] ?? '')] : flags;
    expect(await refusal(set(...given, ...mine))).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message),
    });
  });
});

test('deployments are registered by any URL of theirs, changed, and shown', async () => {
  const set = (...more: string[]) => ['deployment', 'set', 'wss://india.example.com', ...more];
  const deployment = { origin: 'https://india.example.com', region: 'IN', isActive: true };
  expect(await here.json(set('--region', 'IN'))).toMatchObject({ outcome: 'added', deployment });
  expect(await here.json(set('--region', 'IN'))).toMatchObject({ outcome: 'unchanged', deployment });
  expect(await here.json(set('--no-region', '--disable'))).toMatchObject({
    outcome: 'changed',
    deployment: { region: null, isActive: false },
  });
  expect(await here.json(set('--limits', await file('max_concurrent_calls: 30')))).toMatchObject({
    outcome: 'changed',
  });
  expect(await here.json(['deployment', 'list'])).toMatchObject({
    deployments: [{ limits: { max_concurrent_calls: 30 } }],
  });
  expect(await here.json(['deployment', 'show', 'https://india.example.com'])).toMatchObject({
    deployment: { isActive: false },
  });
  expect(await refusal(['deployment', 'show', ORIGIN])).toMatchObject({ exitCode: 1, reason: 'deployment_not_found' });
  expect(await refusal(set('--region', 'a b'))).toMatchObject({ exitCode: 2 });
  expect(await refusal(['deployment', 'set', 'https://u:p4ss@x.example.com'])).toMatchObject({ exitCode: 2 });
});

describe('do-not-call lists', () => {
  const mine = ['--tenant', TENANT];
  const add = (...more: string[]) => ['do-not-call', 'add', ...more];
  const listed = async (scope: readonly string[]) =>
    ((await here.json(['do-not-call', 'list', ...scope])).entries as { number: string }[]).map(({ number }) => number);

  test('take a number once, and give it back', async () => {
    expect(await here.json(add('+12125550199', '--note', 'asked', ...mine))).toMatchObject({
      outcome: 'added',
      added: 1,
    });
    expect(await here.json(add('+12125550199', ...mine))).toMatchObject({ outcome: 'existed', added: 0, already: 1 });
    expect(await here.json(['do-not-call', 'list', ...mine])).toMatchObject({
      entries: [{ number: '+12125550199', note: 'asked', tenantId: TENANT }],
      next: null,
    });
    const remove = ['do-not-call', 'remove', '+12125550199', ...mine];
    expect(await here.json(remove)).toMatchObject({ outcome: 'removed' });
    expect(await here.json(remove)).toMatchObject({ outcome: 'absent' });
  });

  test("are each tenant's own, and everybody's", async () => {
    await here.json(add('+12125550199', ...mine));
    await here.json(add('+12125550198', '--operator'));
    expect(await listed(mine)).toEqual(['+12125550199']);
    expect(await listed(['--operator'])).toEqual(['+12125550198']);
    expect(await listed(['--tenant', OTHER_TENANT])).toEqual([]);
    await here.json(['do-not-call', 'remove', '+12125550198', ...mine]);
    expect(await listed(['--operator'])).toEqual(['+12125550198']);
  });

  test('take a file of numbers, and are listed page by page', async () => {
    const many = Array.from({ length: 12_000 }, (_, n) => `+1212${String(5_000_000 + n)}`);
    const path = await file(`\uFEFF# from the old system\r\n${many.join('\r\n')} \n\n${many[3]}  # twice\n`);
    expect(await here.json(add('--file', path, ...mine))).toMatchObject({
      outcome: 'added',
      added: 12_000,
      already: 0,
    });
    expect(await here.json(add('--file', path, ...mine))).toMatchObject({
      outcome: 'existed',
      added: 0,
      already: 12_000,
    });
    const page = await here.json(['do-not-call', 'list', ...mine, '--limit', '2']);
    expect(page).toMatchObject({ entries: [{ number: many[0] }, { number: many[1] }], next: many[1] });
    const { stdout } = await here.run(['do-not-call', 'list', ...mine, '--limit', '2', '--after', many[1] ?? '']);
    expect(stdout).toMatch(
      new RegExp(`\\${many[2]}[^]*There are more: dialplane do-not-call list .* --after \\${many[3]}`),
    );
  });

  test('take the same file from two at once, in any order', async () => {
    const many = Array.from({ length: 30_000 }, (_, n) => `+1212${String(5_000_000 + n)}`);
    const paths = [await file(many.join('\n')), await file(many.toReversed().join('\n'))];
    const both = await Promise.all(paths.map((path) => here.run(add('--file', path, ...mine, '--json'))));
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(both.map((ran) => (ran.json() as { added: number }).added).sort()).toEqual([0, 30_000]);
  });

  test('take none of a file after Ctrl-C', async () => {
    const many = Array.from({ length: 40_000 }, (_, n) => `+1212${String(5_000_000 + n)}`);
    const path = await file(many.join('\n'));
    const interruption = new AbortController();
    const ran = here.run(add('--file', path, ...mine), { signal: interruption.signal });
    const writing = 'SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL';
    while ((await here.sql(writing)).length === 0);
    interruption.abort();
    expect(await ran).toMatchObject({ exitCode: 130, stdout: '', stderr: '' });
    expect(await listed(mine)).toEqual([]);
  });

  test.each([
    ['a line that is no number', '+12125550199\n12125550198\n\n+12125550197', /line 2 is not E\.164/],
    ['many of them', Array(9).fill('x').join('\n'), /lines 1, 2, 3, 4, 5 and 4 more are not E\.164/],
    ['Arabic digits', '+٢١٢٥٥٥٠١٠٠', /line 1/],
    ['an extension', '+12125550199;ext=1', /line 1/],
    ['NUL', '+12125550199\0', /line 1/],
    ['a number that is too long', '+1234567890123456', /line 1/],
    ['no number', '# none\n', /holds no number/],
  ])('refuse a file with %s as a whole', async (_, text, message) => {
    expect(await refusal(add('--file', await file(text), ...mine))).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message),
    });
  });

  test('refuse a file of another encoding, which would be read with other characters', async () => {
    const numbers = await file(Buffer.from('+12125550199 # caf\u00e9', 'latin1'));
    expect(await refusal(add('--file', numbers, ...mine))).toMatchObject({
      exitCode: 2,
      message: 'The file of numbers is not UTF-8 text.',
    });
    const headers = await file(Buffer.from('plain: {X-Place: "caf\u00e9"}', 'latin1'));
    const set = ['trunk', 'set', 'ST_a', '--deployment', ORIGIN, '--headers', headers, ...mine];
    expect(await refusal(set)).toMatchObject({ exitCode: 2, message: expect.stringContaining('is not UTF-8 text') });
  });

  test('need one number, or one file', async () => {
    expect(await refusal(add(...mine))).toMatchObject({ exitCode: 2 });
    expect(await refusal(add('+12125550199', '--file', 'x', ...mine))).toMatchObject({ exitCode: 2 });
    expect(await refusal(add('+12125550199'))).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('Whose list'),
    });
    expect(await refusal(add('2125550199', ...mine))).toMatchObject({ exitCode: 2 });
  });
});

test('empty lists say what to do', async () => {
  for (const [command, hint] of [
    [['trunk', 'list', '--operator'], 'dialplane trunk set'],
    [['deployment', 'list'], 'dialplane deployment set'],
    [['do-not-call', 'list', '--operator'], 'dialplane do-not-call add'],
  ] as const)
    expect(await here.run(command)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(hint) });
});
