import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startCarrierSimulator } from '@dialplane/carrier-simulator';
import type { CarrierSimulator } from '@dialplane/carrier-simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import {
  CONFIG,
  configAdd,
  createCase,
  createTrunk,
  liveKitServer,
  NUMBER,
  OTHER_TENANT,
  TENANT,
  USER,
} from './case.ts';
import type { Case, Server } from './case.ts';
import { startServices } from './services.ts';
import type { Services } from './services.ts';
import { untilRouted } from './until-routed.ts';

const AGENT_NAME = 'calls-test-agent';
const TO = '+12125550199';
const ABSENT = '99999999-9999-4999-8999-999999999999';
const NOBODY = '127.0.0.1:1';

let here: Case;
let server: Server;
let services: Services;
let trunk: string;
let at: { env: Record<string, string> };
/** The router decides on every change so far. */
const reached = () => untilRouted(here, services.routerAddress);
beforeAll(async () => {
  server = liveKitServer();
  here = await createCase();
  trunk = await createTrunk(server, [NUMBER]);
  services = await startServices(here, server, AGENT_NAME);
  at = { env: { ROUTER_ADDRESS: services.routerAddress, DISPATCHER_ADDRESS: services.dispatcherAddress } };
}, 120_000);
beforeEach(async () => {
  await here.sql(
    'TRUNCATE $schema.tenants, $schema.users, $schema.voice_agent_numbers, $schema.voice_agent_livekit CASCADE',
  );
  await here.json(['user', 'add', USER, '--tenant', TENANT]);
  await here.json(configAdd(server, { '--trunk': trunk, '--agent-name': AGENT_NAME, '--dial-mode': 'legacy' }), {
    stdin: server.apiSecret,
  });
  await here.json(['number', 'add', '--base', '2125550100', '--country', '1', '--tenant', TENANT, '--config', CONFIG]);
  await reached();
});
afterAll(async () => {
  await services.stop();
  await here.stop();
});

interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly hint: string;
  readonly call_log_id?: string;
}

async function failure(
  command: string[],
  options: { env: Record<string, string> } = at,
): Promise<Failure & { exitCode: number }> {
  const ran = await here.run([...command, '--json'], options);
  const { error } = ran.json() as { error: Failure };
  const text = await here.run(command, options);
  expect(text).toMatchObject({ exitCode: ran.exitCode, stdout: '' });
  return { exitCode: ran.exitCode, ...error };
}

describe('route explain', () => {
  const explain = (...who: string[]) => [
    'route',
    'explain',
    '--from',
    '2125550100',
    '--to',
    TO,
    '--agent',
    'agent-7',
    ...who,
  ];

  test.each([[['--initiated-by', USER]], [['--tenant', TENANT]], [['--initiated-by', USER, '--tenant', TENANT]]])(
    'shows every step of a route for %s',
    async (who) => {
      const json = await here.json(explain(...who), at);
      expect(json).toMatchObject({
        outcome: 'routed',
        route: {
          source: 'database',
          tenantId: TENANT,
          number: { e164: NUMBER },
          targets: [{ serverUrl: server.url, sipTrunkId: trunk, agentName: AGENT_NAME, livekitConfigId: CONFIG }],
        },
        trace: expect.arrayContaining([
          expect.objectContaining({ step: 'number', outcome: 'passed' }),
          expect.objectContaining({ step: 'agent', outcome: 'noted' }),
        ]),
      });
      const { exitCode, stdout } = await here.run(explain(...who), at);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^✓ Routed/);
      for (const shown of [server.url, trunk, AGENT_NAME, NUMBER, TENANT]) expect(stdout).toContain(shown);
      expect(stdout).toMatch(/ ! agent +agent agent-7/);
    },
  );

  test('shows a rejection with its reason and hint, and ends with 1', async () => {
    await here.sql("UPDATE $schema.voice_agent_numbers SET rules = '{}'");
    await reached();
    const ran = await here.run([...explain('--initiated-by', USER), '--json'], at);
    expect(ran).toMatchObject({ exitCode: 1, stderr: '' });
    expect(ran.json()).toMatchObject({
      outcome: 'rejected',
      rejection: { reason: 'no_livekit_config', fault: 'tenant_configuration', tenantId: TENANT },
    });
    const text = await here.run(explain('--initiated-by', USER), at);
    expect(text).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('dialplane number assign') });
    expect(text.stdout).toMatch(/ ✗ /);
  });

  test('decides on a configuration as new as the change that came before', async () => {
    const { snapshotVersion } = await here.json(['number', 'disable', NUMBER, '--tenant', TENANT]);
    const ran = await here.run(
      [...explain('--tenant', TENANT), '--min-snapshot-version', snapshotVersion as string, '--json'],
      at,
    );
    expect(ran.json()).toMatchObject({ outcome: 'rejected', rejection: { reason: 'number_disabled' } });
  });

  test('ends with 2 for what the router finds malformed, and 3 when there is no router', async () => {
    expect(await failure(explain('--initiated-by', USER, '--tenant', OTHER_TENANT))).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('tenant_id'),
    });
    expect(await failure([...explain('--tenant', TENANT), '--router', NOBODY])).toMatchObject({
      exitCode: 3,
      reason: 'router_unreachable',
      message: expect.stringContaining(NOBODY),
      hint: expect.stringContaining('ROUTER_ADDRESS'),
    });
  });
});

describe('call test', () => {
  const call = (...more: string[]) => [
    'call',
    'test',
    '--from',
    NUMBER,
    '--to',
    TO,
    '--agent',
    'agent-7',
    '--initiated-by',
    USER,
    ...more,
  ];

  test("prints what the user's test script prints, once the agent is in the room", async () => {
    const { exitCode, stdout } = await here.run(call(), at);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^✓ Dispatched/) });
    for (const line of [
      `server +${server.url}`,
      `trunk +${trunk}`,
      `worker +${AGENT_NAME}`,
      'agent id +agent-7',
      'call log id +[0-9a-f-]{36}',
      'room +call-[0-9a-f]{32}-[0-9a-f]{8}',
      'dispatch id +AD_',
      `tenant +${TENANT}`,
      'source +database',
      'state +in progress, agent ready',
      'idempotency key +cli-',
    ])
      expect(stdout).toMatch(new RegExp(`^  ${line}`, 'm'));
  });

  test('with the same key is the same call; another request with it is refused and names the call', async () => {
    const first = await here.json(call('--idempotency-key', 'test-1', '--wait-until', 'ROOM_READY'), at);
    expect(first).toMatchObject({ dispatched: true, source: 'database', idempotencyKey: 'test-1' });
    const again = await here.json(call('--idempotency-key', 'test-1'), at);
    expect(again).toMatchObject({ callLogId: first.callLogId, room: first.room, attemptState: 'agent_ready' });
    expect(await failure(call('--idempotency-key', 'test-1', '--ringing-timeout', '10'))).toMatchObject({
      exitCode: 1,
      reason: 'idempotency_key_in_use',
      call_log_id: first.callLogId,
      message: expect.stringContaining(first.callLogId as string),
    });
  });

  test('brings a JSON object to the agent, and refuses anything else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dialplane-metadata-'));
    const path = join(folder, 'metadata.json');
    await writeFile(path, '{"campaign": "example"}');
    const { callLogId } = await here.json(
      call('--metadata', path, '--purpose', 'SERVICE', '--wait-until', 'accepted'),
      at,
    );
    expect(await here.sql('SELECT metadata, purpose FROM $schema.voice_call_logs WHERE id = $1', [callLogId])).toEqual([
      { metadata: { campaign: 'example' }, purpose: 'service' },
    ]);
    await writeFile(path, '[]');
    expect(await failure(call('--metadata', path))).toMatchObject({ exitCode: 2 });
    await rm(folder, { recursive: true });
  });

  test("that is not routed says why, with the router's hint, and writes nothing", async () => {
    await here.json(['number', 'disable', NUMBER, '--tenant', TENANT]);
    await reached();
    const before = await here.sql('SELECT id FROM $schema.voice_call_logs');
    expect(await failure(call())).toMatchObject({
      exitCode: 1,
      reason: 'number_disabled',
      hint: expect.stringContaining('dialplane number enable'),
    });
    expect(await here.sql('SELECT id FROM $schema.voice_call_logs')).toEqual(before);
  });

  test('that failed ends with 1 and names the call: it is written, and over', async () => {
    await here.json(['config', 'update', CONFIG, '--tenant', TENANT, '--url', `http://${NOBODY}`]);
    await reached();
    expect(await failure(call())).toMatchObject({
      exitCode: 1,
      code: 'ABORTED',
      reason: 'deployment_unreachable',
      call_log_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test('ends with 3 when there is no dispatcher, and tells the key to ask again with', async () => {
    expect(await failure([...call(), '--dispatcher', NOBODY])).toMatchObject({
      exitCode: 3,
      reason: 'dispatcher_unreachable',
      message: expect.stringMatching(/idempotency key cli-/),
      hint: expect.stringContaining('DISPATCHER_ADDRESS'),
    });
  });
});

describe('call show', () => {
  test('shows a call with its attempt to its own tenant, and to no other', async () => {
    const placed = await here.json(
      ['call', 'test', '--from', NUMBER, '--to', TO, '--agent', 'agent-7', '--tenant', TENANT],
      at,
    );
    const id = placed.callLogId as string;
    expect(await here.json(['call', 'show', id, '--tenant', TENANT], at)).toMatchObject({
      call: {
        callLogId: id,
        state: 'in_progress',
        reason: null,
        source: 'database',
        toNumber: TO,
        attempts: [{ number: 1, state: 'agent_ready', room: placed.room, agentDispatchId: placed.agentDispatchId }],
      },
    });
    const { stdout } = await here.run(['call', 'show', id, '--initiated-by', USER], at);
    expect(stdout).toMatch(/Attempt 1\n {2}state +agent ready/);
    expect(stdout).toMatch(new RegExp(`^  agent name +${AGENT_NAME}$`, 'm'));
    expect(await failure(['call', 'show', id, '--tenant', OTHER_TENANT])).toMatchObject({ exitCode: 1 });
    expect(await failure(['call', 'show', ABSENT, '--tenant', TENANT])).toMatchObject({ exitCode: 1 });
  });
});

describe('calls that are dialled', () => {
  /** Answers after two seconds of ringing, and hangs up after one. */
  const HANGS_UP = '+12125550122';
  /** Answers after a second of ringing, and never hangs up. */
  const STAYS = '+12125550111';
  /** Busy after half a second of ringing. */
  const BUSY = '+12125550131';

  let carrier: CarrierSimulator;
  beforeAll(async () => {
    const { apiKey, apiSecret } = server;
    carrier = await startCarrierSimulator({ upstream: server.url, apiKey, apiSecret, trunks: [trunk] });
  });
  beforeEach(async () => {
    const update = ['config', 'update', CONFIG, '--tenant', TENANT, '--url', carrier.url, '--dial-mode', 'dispatcher'];
    await here.json(update);
    await reached();
  });
  afterAll(() => carrier.stop());

  const place = async (to: string, until: string): Promise<string> => {
    const words = ['call', 'test', '--from', NUMBER, '--to', to, '--agent', 'agent-7', '--tenant', TENANT];
    const placed = await here.run([...words, '--wait-until', until, '--json'], at);
    const { callLogId, error } = placed.json() as { callLogId?: string; error?: { call_log_id?: string } };
    return callLogId ?? error?.call_log_id ?? `nothing was placed: ${placed.stdout}`;
  };
  const ofTenant = (...words: string[]) => here.run([...words, '--tenant', TENANT], at);

  test('are watched to their end, and have a timeline with lengths and who hung up', async () => {
    const id = await place(HANGS_UP, 'accepted');
    const watched = await ofTenant('call', 'watch', id, '--json');
    expect(watched.exitCode).toBe(0);
    const documents = watched.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event?: { number: number; kind: string }; call?: { talkTimeMs: number } });
    const events = documents.flatMap(({ event }) => event ?? []);
    expect(events.map(({ number }) => number)).toEqual(events.map((_, index) => index + 1));
    const kinds = events.map(({ kind }) => kind);
    for (const kind of ['permitted', 'dialing', 'answered', 'ended']) expect(kinds).toContain(kind);
    expect(documents.at(-1)?.call).toMatchObject({ state: 'ended', hungUpBy: 'callee' });
    expect(documents.at(-1)?.call?.talkTimeMs).toBeGreaterThan(0);

    const { stdout } = await ofTenant('call', 'show', id);
    for (const line of [/hung up by +the callee/, /dial mode +dispatcher/, /✓ .*attempt 1 +answered/, /█ talking/])
      expect(stdout).toMatch(line);
    const rest = await ofTenant('call', 'watch', id, '--after', String(events.length - 1), '--json');
    expect(rest.stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  test('that a person ends are being ended, and a call that is over stays as it is', async () => {
    const id = await place(STAYS, 'answered');
    expect((await ofTenant('call', 'cancel', id)).stdout).toMatch(/^✓ You ended the call after \d+\.\d s of talk/);
    const watched = await ofTenant('call', 'watch', id);
    expect(watched.stdout).toMatch(/cancel asked for/);
    expect(watched.stdout).toMatch(/hung up by +the caller/);
    expect((await ofTenant('call', 'cancel', id)).stdout).toMatch(/^– The call was over already/);
  });

  test('are listed by state and number, a page at a time', async () => {
    const busy = await place(BUSY, 'answered');
    const failed = ['call', 'list', '--state', 'failed', '--to', BUSY];
    expect((await ofTenant(...failed, '--json')).json()).toMatchObject({
      calls: [{ callLogId: busy, state: 'failed', reason: 'busy', sipCode: 486 }],
      nextPage: null,
    });
    expect((await ofTenant(...failed, '--before', '1h')).stdout).toMatch(/^There is no such call/);
    const first = (await ofTenant('call', 'list', '--limit', '1', '--json')).json() as {
      calls: object[];
      nextPage: string;
    };
    const second = await ofTenant('call', 'list', '--limit', '1', '--page', first.nextPage, '--json');
    expect(second.json()).not.toMatchObject({ calls: first.calls });
    // The token belongs to its filters.
    expect(await ofTenant(...failed, '--page', first.nextPage)).toMatchObject({ exitCode: 2 });
  });

  test('of another tenant are not there', async () => {
    const id = await place(BUSY, 'accepted');
    for (const verb of ['show', 'watch', 'cancel'])
      expect(await failure(['call', verb, id, '--tenant', OTHER_TENANT])).toMatchObject({
        exitCode: 1,
        reason: 'call_not_found',
      });
    await ofTenant('call', 'watch', id);
  });
});
