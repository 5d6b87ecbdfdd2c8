import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { run } from './run.ts';

const CONFIGURATION = join(import.meta.dirname, 'route/configuration.yaml');
const TENANT = '11111111-1111-4111-8111-111111111111';
const OTHER_TENANT = '22222222-2222-4222-8222-222222222222';
const UAE = 'c1111111-1111-4111-8111-111111111111';
const INDIA = 'c2222222-2222-4222-8222-222222222222';
/** Ports on which nothing listens. */
const env = { DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/none', ROUTER_ADDRESS: '127.0.0.1:1' };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialplane-route-diff-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string): Promise<string> {
  const path = join(folder, `file-${Math.random()}`);
  await writeFile(path, text);
  return path;
}
const request = (fields: Record<string, string> = {}) =>
  JSON.stringify({ from: '+12125550100', to: '+12125550199', tenant: TENANT, at: '2026-11-25T15:00:00Z', ...fields });
const diff = async (rules: string, requests: readonly string[], more: readonly string[] = []) =>
  run(
    [
      ...['route', 'diff', '--rules', await file(rules), '--requests', await file(requests.join('\n'))],
      ...['--current', CONFIGURATION, ...more],
    ],
    { env },
  );
const proposing = (rules: string) => `numbers:\n  +12125550100: ${rules}`;

describe('a replay shows which decisions change, by tenant and reason, and ends with 0', () => {
  test.each<[string, string, readonly string[], object[]]>([
    ['none', `{livekit_config: ${UAE}}`, [request()], []],
    [
      'another config, and so another server, trunk and agent',
      `{livekit_config: ${INDIA}}`,
      [request(), request({ from: '2125550100' })],
      [{ change: 'routed → routed by another config, deployment, trunk, agent name', count: 2 }],
    ],
    [
      'a refusal where there was a route',
      `{livekit_config: ${UAE}, destinations: {deny_prefixes: [+1212555]}}`,
      [request(), request({ to: '+12125550198' }), request({ to: '+16465550100' })],
      [{ change: 'routed → rejected: destination_denied', count: 2 }],
    ],
    [
      'a route where there was a refusal',
      `{livekit_config: ${UAE}}`,
      [request({ at: '2026-11-29T15:00:00Z' }), request()],
      [{ change: 'rejected: outside_calling_hours → routed', count: 1 }],
    ],
    [
      'another reason',
      `{livekit_config: ${UAE}, destinations: {deny_prefixes: [+1]}}`,
      [request({ at: '2026-11-29T15:00:00Z' })],
      [{ change: 'rejected: outside_calling_hours → rejected: destination_denied', count: 1 }],
    ],
    [
      'another string to dial',
      `{livekit_config: ${UAE}, carriers: [{prefixes: [+1], dial_format: {plus: false}}]}`,
      [request()],
      [{ change: 'routed → routed by another dial string', count: 1 }],
    ],
    [
      'other ways after the first',
      `{livekit_config: ${UAE}, destinations: {allow: [IN]}, carriers: [{prefixes: [+91], livekit_config: ${INDIA}}]}`,
      [request({ to: '+919999999999' })],
      [{ change: 'routed → routed the same way first, with other ways after it', count: 1 }],
    ],
  ])('%s', async (_, rules, requests, groups) => {
    const ran = await diff(proposing(rules), requests, ['--json']);
    expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const found = ran.json() as { groups: object[]; concerned: number };
    expect(found.groups).toEqual(groups.map((group) => expect.objectContaining({ tenantId: TENANT, ...group })));
    expect(found.concerned).toBe(requests.length);
  });

  test('with a few examples of each, for people', async () => {
    const requests = Array.from({ length: 9 }, (_, n) => request({ to: `+1212555010${n}` }));
    const { stdout, exitCode } = await diff(proposing(`{livekit_config: ${INDIA}}`), requests);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^! 9 of 9 decisions change\n/);
    expect(stdout).toMatch(new RegExp(`tenant ${TENANT}\n +9 +routed → routed by another config`));
    expect(stdout.match(/→ .* at 2026-11-25T15:00:00.000Z: routed over ST_uae → routed over ST_india/g)).toHaveLength(
      3,
    );
  });

  test('and says so when none does', async () => {
    expect(await diff(proposing(`{livekit_config: ${UAE}}`), [request()])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^✓ No decision changes\n/),
    });
  });
});

test('--fail-on-change ends with 1 when a decision changes, and only then', async () => {
  const more = ['--fail-on-change'];
  expect(await diff(proposing(`{livekit_config: ${INDIA}}`), [request()], more)).toMatchObject({ exitCode: 1 });
  expect(await diff(proposing(`{livekit_config: ${UAE}}`), [request()], more)).toMatchObject({ exitCode: 0 });
});

test('a replay that compares nothing says so, and is no success', async () => {
  const nothing = (...more: string[]) =>
    diff(proposing(`{livekit_config: ${UAE}}`), ['# requests.jsonl', request({ from: '+12125550150' })], more);
  expect(await nothing()).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^! Nothing was compared: none of the 1 requests is from a number of the file\n/),
  });
  expect(await nothing('--fail-on-change')).toMatchObject({ exitCode: 1 });
});

test('--at asks about every request as of another moment than its own', async () => {
  const hours = '{timezone: America/New_York, windows: [{days: [sat], from: 09:00, to: 12:00}]}';
  const rules = proposing(`{livekit_config: ${UAE}, calling_hours: ${hours}}`);
  expect((await diff(rules, [request()], ['--json'])).json()).toMatchObject({
    groups: [{ change: 'routed → rejected: outside_calling_hours' }],
  });
  expect((await diff(rules, [request()], ['--json', '--at', '2026-11-28T15:00:00Z'])).json()).toMatchObject({
    groups: [{ change: 'rejected: outside_calling_hours → routed' }],
  });
});

test('a file of requests may begin with a byte order mark', async () => {
  expect(await diff(proposing(`{livekit_config: ${UAE}}`), [`\uFEFF${request()}`])).toMatchObject({ exitCode: 0 });
});

test('requests from other numbers, and of other tenants, are not concerned; numbers without requests are named', async () => {
  const rules = `
numbers:
  - { number: +12125550100, tenant: ${TENANT}, rules: { livekit_config: ${INDIA} } }
  - { base: "2125550101", country: "1", rules: { livekit_config: ${INDIA} } }`;
  const requests = [
    request(),
    request({ from: '+12125550150' }),
    request({ from: '+12125550100', tenant: OTHER_TENANT }),
  ];
  expect((await diff(rules, requests, ['--json'])).json()).toMatchObject({
    requests: 3,
    concerned: 1,
    changed: 1,
    skipped: 0,
    withoutRequests: ['+12125550101'],
  });
});

describe('refused, with nothing asked:', () => {
  test.each<[string, string, RegExp, number]>([
    ['no numbers', '{}', /has no numbers/, 2],
    ['an empty list of numbers', 'numbers: []', /nothing is proposed/, 2],
    ['an empty file', '', /no object/, 2],
    [
      'a number twice',
      `numbers:\n  - {number: +12125550100, rules: {}}\n  - {base: 2125550100, country: 1, rules: {}}`,
      /line 1: numbers names \+12125550100 twice/,
      2,
    ],
    ['a key that is no number', 'numbers: {here: {}}', /no E\.164 number/, 2],
    [
      'rules of the wrong shape',
      `numbers:\n  +12125550100:\n    livekit_config: uae`,
      /line 3: numbers\.\+12125550100\.livekit_config: is not a UUID/,
      2,
    ],
    ['rules that are a list', 'numbers: {+12125550100: []}', /is not an object/, 2],
    ['a number that the configuration does not have', 'numbers: {+12125550142: {}}', /has no number \+12125550142/, 1],
  ])('%s', async (_, rules, problem, exitCode) => {
    const ran = await diff(rules, [request()]);
    expect({ exitCode: ran.exitCode, stdout: ran.stdout }).toEqual({ exitCode, stdout: '' });
    expect(ran.stderr).toMatch(problem);
  });

  test.each([
    ['no request', [''], /holds no request/],
    ['a line that is not JSON', [request(), '{'], /line 2: it is not JSON/],
    ['a line with a key that is none', [request(), '', request({ too: 'x' })], /line 3: it has the key too/],
    ['a line with __proto__', ['{"__proto__": {"from": "x"}}'], /line 1: it has the key __proto__/],
    ['a line with NUL in a number', [request({ to: '+12125550199\0' })], /line 1: to cannot be used/],
    ['a line that is a list', ['[]'], /line 1: it holds no object/],
    [
      'a purpose that is none',
      [request({ purpose: 'fun' })],
      /line 1: purpose cannot be used. It is one of transactional/,
    ],
  ])('a file of requests with %s', async (_, requests, problem) => {
    const ran = await diff(proposing('{}'), requests);
    expect({ exitCode: ran.exitCode, stdout: ran.stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toMatch(problem);
  });

  test.each([
    ['nothing to replay', [], /--days and --requests is missing/],
    ['days and requests', ['--days', '7', '--requests', 'x', '--tenant', TENANT], /cannot be used with/],
    ['days that are none', ['--days', '0', '--tenant', TENANT], /whole number/],
    ['a tenant beside requests', ['--requests', CONFIGURATION, '--tenant', TENANT], /goes with --days/],
    [
      'a router beside a file of configuration',
      ['--requests', 'x', '--current', CONFIGURATION, '--router', '127.0.0.1:1'],
      /no router is asked/,
    ],
    ['a moment that is none', ['--requests', 'x', '--at', 'yesterday'], /moment with its offset/],
  ])('%s', async (_, more, problem) => {
    const ran = await run(['route', 'diff', '--rules', await file(proposing('{}')), ...more], { env });
    expect({ exitCode: ran.exitCode, stdout: ran.stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toMatch(problem);
  });
});
