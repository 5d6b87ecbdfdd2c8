import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { run } from './run.ts';

const CONFIGURATION = join(import.meta.dirname, 'route/configuration.yaml');
const CASES = join(import.meta.dirname, 'route/cases.yaml');
const TENANT = '11111111-1111-4111-8111-111111111111';
const USER = 'a1111111-1111-4111-8111-111111111111';
/** Ports on which nothing listens: with a file of configuration neither router nor database is asked. */
const env = { DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/none', ROUTER_ADDRESS: '127.0.0.1:1' };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialplane-route-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string | Uint8Array): Promise<string> {
  const path = join(folder, `file-${Math.random()}.yaml`);
  await writeFile(path, text);
  return path;
}
const routeTest = async (cases: string, configuration = CONFIGURATION, more: readonly string[] = []) =>
  run(['route', 'test', await file(cases), '--rules', configuration, ...more], { env });

/** A case that holds, with what is given instead. */
const aCase = (fields: string) =>
  `- {from: +12125550100, to: +12125550199, tenant: ${TENANT}, at: 2026-11-25T15:00:00Z, ${fields}}`;

test('every case of the sample files holds, without a router or a database', async () => {
  const ran = await run(['route', 'test', CASES, '--rules', CONFIGURATION], { env });
  expect({ ...ran, json: null }).toMatchObject({ exitCode: 0, stderr: '' });
  expect(ran.stdout).toMatch(/✓ nobody is called on a Sunday\n[^]*✓ 6 cases, all as expected\n$/);
});

test('with --json it is one document that says of each case what was asked, expected and decided', async () => {
  const ran = await routeTest(aCase('expect: {trunk: ST_uae}'), CONFIGURATION, ['--json']);
  expect(ran.json()).toMatchObject({
    passed: 1,
    failed: 0,
    cases: [
      {
        name: 'case 1: +12125550100 → +12125550199',
        passed: true,
        question: { from: '+12125550100', to: '+12125550199', tenantId: TENANT, at: '2026-11-25T15:00:00.000Z' },
        answer: { kind: 'routed', targets: [{ sipTrunkId: 'ST_uae' }] },
        decidedBy: { step: 'target' },
        differences: [],
      },
    ],
  });
});

describe('a case that does not hold ends with 1 and says what was expected, what came and why', () => {
  test.each([
    ['another trunk', 'expect: {trunk: ST_other}', /trunk +expected ST_other, got ST_uae\n.*step target/],
    ['another config, by name', 'expect: {config: india}', /config +expected india, got uae/],
    ['another config, by id', 'expect: {config: c2222222-2222-4222-8222-222222222222}', /got c1111111/],
    ['another region', 'expect: {region: IN}', /region +expected IN, got AE/],
    ['another caller id', 'expect: {caller_id: +12125550101}', /caller_id +expected \+12125550101, got \+12125550100/],
    [
      'another string to dial',
      'expect: {dial_string: "12125550199"}',
      /dial_string +expected 12125550199, got \+12125550199/,
    ],
    ['credentials of the environment', 'expect: {source: environment}', /source +expected environment, got database/],
    [
      'a route where there is none',
      'expect: {trunk: ST_uae}, at: 2026-11-29T15:00:00Z',
      /outcome +expected routed, got rejected: outside_calling_hours\n[^]*step calling_hours[^]*hint/,
    ],
    [
      'a rejection where there is a route',
      'expect: {outcome: rejected}',
      /outcome +expected rejected, got routed over ST_uae/,
    ],
    [
      'another reason',
      'to: +12125550177, expect: {reason: emergency_number}',
      /reason +expected emergency_number, got do_not_call/,
    ],
    ['more targets', 'expect: {targets: [{trunk: ST_uae}, {trunk: ST_b}]}', /targets +expected 2 targets, got 1/],
    [
      'other targets in second place',
      'to: +919999999999, expect: {targets: [{trunk: ST_india}, {trunk: ST_x}]}',
      /targets\[1\]\.trunk +expected ST_x, got ST_second/,
    ],
    [
      'a tenant that is not the user’s',
      'initiated_by: a1111111-1111-4111-8111-111111111111, tenant: 22222222-2222-4222-8222-222222222222, expect: {trunk: ST_uae}',
      /got rejected: invalid_request/,
    ],
  ])('%s', async (_, fields, printed) => {
    // A later key takes the place of the same one before it.
    const keys = new Map(
      [
        ...aCase(fields)
          .slice(3, -1)
          .matchAll(/(\w+): (\{.*\}|[^,]+)(?:, |$)/g),
      ].map(([, k, v]) => [k, v]),
    );
    const ran = await routeTest(`- {${[...keys].map(([k, v]) => `${k}: ${v}`).join(', ')}}`);
    expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(ran.stdout).toMatch(printed);
    expect(ran.stdout).toMatch(/✗ 1 of 1 case not as expected/);
  });
});

describe('a file of cases is refused with the line when', () => {
  test.each([
    ['it is empty', '', /holds no object|no list/],
    ['it holds no case', '[]', /no case, so that nothing is tested/],
    ['its list of cases is empty', 'cases: []', /no case, so that nothing is tested/],
    ['a case expects nothing', aCase('expect: {}'), /line 1: .*expect expects nothing/],
    ['a case has no expect', aCase('name: x'), /line 1: \[0\] has no expect/],
    [
      'a key is misspelt',
      `- from: +12125550100\n  too: +12125550199`,
      /line 2: \[0\] has the key too; its keys are name, from, to/,
    ],
    [
      'a key of expect is misspelt',
      `${aCase('expect: {trunk: ST_a}')}\n${aCase('expect: {trnk: ST_a}')}`,
      /line 2: \[1\]\.expect has the key trnk/,
    ],
    ['a reason is none', aCase('expect: {reason: no_reason}'), /reason is none of user_not_found/],
    ['a reason is one that only JavaScript knows', aCase('expect: {reason: constructor}'), /is none of/],
    [
      'a reason and a trunk are expected',
      aCase('expect: {reason: do_not_call, trunk: ST_a}'),
      /is of a call that is rejected/,
    ],
    ['a rejection with a trunk is expected', aCase('expect: {outcome: rejected, trunk: ST_a}'), /expects a target/],
    [
      'nobody is named',
      '- {from: +12125550100, to: +12125550199, expect: {trunk: ST_a}}',
      /neither initiated_by nor tenant/,
    ],
    [
      'a moment has no offset',
      '- {from: +12125550100, to: +12125550199, tenant: 11111111-1111-4111-8111-111111111111, at: 2026-11-25T15:00:00, expect: {trunk: ST_a}}',
      /at cannot be used. .*moment with its offset/,
    ],
    [
      'a moment is no date',
      '- {from: +12125550100, to: +12125550199, tenant: 11111111-1111-4111-8111-111111111111, at: 2026-02-30T15:00:00Z, expect: {trunk: ST_a}}',
      /at cannot be used/,
    ],
    [
      'a callee has Arabic digits',
      '- {from: +12125550100, to: "+٢١٢٥٥٥٠١٠٠", tenant: 11111111-1111-4111-8111-111111111111, expect: {trunk: ST_a}}',
      /to cannot be used. It must be E.164/,
    ],
    [
      'a callee has an extension',
      '- {from: +12125550100, to: "+12125550199;ext=1", tenant: 11111111-1111-4111-8111-111111111111, expect: {trunk: ST_a}}',
      /to cannot be used/,
    ],
    ['__proto__ is a key', '- __proto__: {from: 1}', /__proto__ cannot be a key/],
    ['it is a list of texts', '- a\n- b', /\[0\] is not an object/],
    ['it is nested without end', '['.repeat(200_000), /nested too deeply/],
    ['it is larger than a mebibyte', `# ${'x'.repeat(1024 * 1024)}`, /more than 1048576 bytes/],
  ])('%s', async (_, cases, problem) => {
    const ran = await routeTest(cases);
    expect({ exitCode: ran.exitCode, stdout: ran.stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toMatch(problem);
    expect(ran.stderr).not.toContain('..\n');
  });

  test('it is no text', async () => {
    const path = await file(new Uint8Array([0, 1, 2, 255, 254]));
    expect(await run(['route', 'test', path, '--rules', CONFIGURATION], { env })).toMatchObject({
      exitCode: 2,
      stdout: '',
    });
  });

  test('it is not there', async () => {
    const ran = await run(['route', 'test', join(folder, 'none'), '--rules', CONFIGURATION], { env });
    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/cases file cannot be read \(ENOENT\)/) });
  });
});

describe('a file of configuration is refused with the line when', () => {
  test.each([
    ['a part is misspelt', 'tenant: []', /line 1: it has the key tenant; its keys are tenants/],
    [
      'a number is there twice in a tenant',
      `numbers:\n  - {number: +12125550100, tenant: ${TENANT}}\n  - {base: "2125550100", country: "1", tenant: ${TENANT}}`,
      /line 3: numbers\[1\] names \+12125550100 of 11111111-.*, as an entry before it does/,
    ],
    [
      'a user is in two tenants',
      `users: [{id: ${USER}, tenant: ${TENANT}}, {id: ${USER}, tenant: ${USER}}]`,
      /users\[1\] names a1111111-1/,
    ],
    [
      'a server is there twice, by other URLs',
      'deployments: [{url: "https://livekit.example.com"}, {url: "wss://livekit.example.com:443", active: false}]',
      /deployments\[1\] names https:/,
    ],
    [
      'a trunk is there twice at a server',
      `trunks: [{id: ST_a, deployment: "https://livekit.example.com"}, {id: ST_a, deployment: "https://livekit.example.com", tenant: ${TENANT}}]`,
      /trunks\[1\] names ST_a of https:/,
    ],
    [
      'a number is on a list twice',
      'do_not_call: [{number: +12125550177}, {number: +12125550177}]',
      /do_not_call\[1\] names \+12125550177,/,
    ],
    [
      'a number is none',
      `numbers:\n  - {number: "12", tenant: ${TENANT}}`,
      /line 2: numbers\[0\]\.number cannot be used/,
    ],
    [
      'a number has two forms',
      `numbers:\n  - {number: +12125550100, base: 1, tenant: ${TENANT}}`,
      /base or country besides/,
    ],
    [
      'a number begins with no calling code',
      `numbers:\n  - {number: +2101234567, tenant: ${TENANT}}`,
      /begins with no country calling code/,
    ],
    ['parts make no number', `numbers:\n  - {base: "123", country: "1", tenant: ${TENANT}}`, /do not make an E\.164/],
    [
      'rules are of the wrong shape',
      `numbers:\n  - number: +12125550100\n    tenant: ${TENANT}\n    rules:\n      carriers: [{prefixes: [x]}]`,
      /line 5: numbers\[0\]\.rules\.carriers\[0\]\.prefixes\[0\]: is not \+ and up to 15 digits/,
    ],
    [
      'a rule is misspelt',
      `numbers:\n  - {number: +12125550100, tenant: ${TENANT}, rules: {destinations: {alow: [IN]}}}`,
      /has no key "alow"/,
    ],
    [
      'defaults are of the wrong shape',
      `tenants:\n  - {id: ${TENANT}, defaults: {regon: IN}}`,
      /line 2: tenants\[0\]\.defaults: has no key "regon"/,
    ],
    [
      'a config has no URL',
      'configs:\n  - {id: c1111111-1111-4111-8111-111111111111, agent_name: a}',
      /configs\[0\] has no url/,
    ],
    [
      'a URL holds a password',
      'configs:\n  - {id: c1111111-1111-4111-8111-111111111111, url: "https://u:p4ss@x.example.com", agent_name: a}',
      /url.*credentials/,
    ],
    [
      'a secret stands in it',
      'configs:\n  - {id: c1111111-1111-4111-8111-111111111111, api_secret: p4ssw0rd}',
      /has the key api_secret/,
    ],
    [
      'a trunk shows no country',
      'trunks:\n  - {id: ST_a, deployment: "https://x.example.com", cli_countries: [XX]}',
      /cli_countries\[0\] cannot be used/,
    ],
    [
      'a header is LiveKit’s',
      'trunks:\n  - {id: ST_a, deployment: "https://x.example.com", header_profiles: {a: {Via: x}}}',
      /header that LiveKit writes itself/,
    ],
  ])('%s', async (_, configuration, problem) => {
    const ran = await routeTest(aCase('expect: {trunk: ST_uae}'), await file(configuration));
    expect({ exitCode: ran.exitCode, stdout: ran.stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toMatch(problem);
    expect(ran.stderr).not.toContain('..\n');
    expect(ran.stderr).not.toMatch(/p4ss/);
  });
});

test('a router is not named beside a file of configuration', async () => {
  const ran = await routeTest(aCase('expect: {trunk: ST_uae}'), CONFIGURATION, ['--router', '127.0.0.1:1']);
  expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no router is asked') });
});

test('without a file of configuration the router is asked, and exit code 3 says that it is out of reach', async () => {
  expect(await run(['route', 'test', CASES], { env })).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('The router does not answer'),
  });
});

test('a case without a moment is decided as of now', async () => {
  const configuration = (await readFile(CONFIGURATION, 'utf8')).replace(/ +calling_hours:\n.*\n.*\n/, '');
  const cases = `- {from: +12125550100, to: +12125550199, tenant: ${TENANT}, expect: {trunk: ST_uae}}`;
  expect(await routeTest(cases, await file(configuration))).toMatchObject({ exitCode: 0 });
});
