import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import type { AddDoNotCallRequest } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import { createLiveKitClient } from '@dialplane/livekit';

import {
  createCase,
  dispatch,
  failureOf,
  liveKitServers,
  NUMBER,
  OTHER_TENANT,
  OTHER_USER,
  TENANT,
  USER,
} from './case.ts';
import type { Case, Server } from './case.ts';
import { startLyingRouter } from './lying-router.ts';

let parts: Case;
let server: Server;

beforeAll(async () => {
  [server] = liveKitServers() as [Server];
  parts = await createCase({ AGENT_READY_MS: '15000' });
});

afterAll(() => parts.stop());

const origin = () => new URL(server.url).origin;
const storedCall = async (callLogId: string) =>
  (
    await parts.sql<{ purpose: string | null; targets: unknown }>(
      'SELECT purpose, targets FROM $schema.voice_call_logs WHERE id = $1',
      [callLogId],
    )
  )[0];
const useRules = async (rules: object) => {
  await parts.sql('UPDATE $schema.voice_agent_numbers SET rules = $1', [JSON.stringify(rules)]);
  await parts.settle();
};

describe('a call for a purpose', () => {
  test('has it in the call log, and is another request than one without', async () => {
    await parts.useServer(server);
    const idempotencyKey = randomUUID();
    const { callLogId } = await dispatch(parts.client, { idempotencyKey, purpose: 'PURPOSE_SERVICE' });
    expect(await storedCall(callLogId)).toMatchObject({ purpose: 'service' });
    expect((await dispatch(parts.client, { idempotencyKey, purpose: 'PURPOSE_SERVICE' })).callLogId).toBe(callLogId);
    expect(await failureOf(dispatch(parts.client, { idempotencyKey }))).toMatchObject({ code: 'ALREADY_EXISTS' });
  });

  test('not said has none', async () => {
    const { callLogId } = await dispatch(parts.client);
    expect(await storedCall(callLogId)).toMatchObject({ purpose: null });
  });
});

test('the router is told the purpose, and draws by the idempotency key', async () => {
  const lyingRouter = await startLyingRouter();
  const misled = await parts.startDispatcher({ ROUTER_ADDRESS: lyingRouter.address });
  const idempotencyKey = randomUUID();
  await failureOf(dispatch(misled.client, { idempotencyKey, purpose: 'PURPOSE_PROMOTIONAL' }));
  expect(lyingRouter.asked).toMatchObject([{ purpose: 'PURPOSE_PROMOTIONAL', routingKey: idempotencyKey }]);
  await misled.stop();
  await lyingRouter.stop();
});

test("a carrier's forms of both numbers, and its headers, reach the agent", async () => {
  const configId = await parts.useServer(server);
  await parts.sql(
    `INSERT INTO $schema.trunks (deployment_origin, sip_trunk_id, tenant_id, header_profiles)
     VALUES ($1, 'ST_carrier', $2, '{"campaign": {"X-Campaign": "spring"}}')`,
    [origin(), TENANT],
  );
  await useRules({
    livekit_config: configId,
    carriers: [
      {
        prefixes: ['+1'],
        trunk_id: 'ST_carrier',
        caller_id_format: 'digits',
        dial_format: { strip: 0, prefix: '00', plus: false, trunk_zero: false },
        header_profile: 'campaign',
      },
    ],
  });
  const { callLogId, room, sipTrunkId } = await dispatch(parts.client);
  expect(sipTrunkId).toBe('ST_carrier');
  const [agentDispatch] = await createLiveKitClient(server).listAgentDispatches(room);
  expect(JSON.parse(agentDispatch?.metadata ?? '')).toMatchObject({
    from_number: NUMBER,
    to_number: '+12125550199',
    sip_trunk_id: 'ST_carrier',
    dial_number: '0012125550199',
    caller_id: NUMBER.slice(1),
    sip_headers: { 'X-Campaign': 'spring' },
  });
  expect(await storedCall(callLogId)).toMatchObject({
    targets: [{ dialString: '0012125550199', callerIdString: NUMBER.slice(1), sipHeaders: { 'X-Campaign': 'spring' } }],
  });
});

test("a router's word for a trunk is not enough: the dispatcher looks whose it is", async () => {
  const configId = await parts.useServer(server);
  const lyingRouter = await startLyingRouter();
  const misled = await parts.startDispatcher({ ROUTER_ADDRESS: lyingRouter.address });
  await parts.sql(
    `INSERT INTO $schema.trunks (deployment_origin, sip_trunk_id, tenant_id, is_active) VALUES
       ($1, 'ST_theirs', $2, true), ($1, 'ST_off', $3, false), ($1, 'ST_own', $3, true), ($1, 'ST_operator', NULL, true),
       ('https://elsewhere.example.com', 'ST_elsewhere', $3, true)`,
    [origin(), OTHER_TENANT, TENANT],
  );
  const say = (sipTrunkId: string): void =>
    lyingRouter.say({
      tenantId: TENANT,
      livekitConfigId: configId,
      deployment: origin(),
      sipTrunkId,
      agentName: 'nobody',
    });
  for (const lie of ['ST_theirs', 'ST_off', 'ST_elsewhere', 'ST_nowhere', '']) {
    say(lie);
    expect([lie, await failureOf(dispatch(misled.client))]).toMatchObject([lie, { reason: 'CONFIG_CHANGED' }]);
  }
  // Twin: what the tenant may use is used, so it is the look that stops the others.
  for (const truth of ['ST_test', 'ST_own', 'ST_operator']) {
    say(truth);
    expect((await dispatch(misled.client)).sipTrunkId).toBe(truth);
  }
  // A trunk that the config itself names is no tenant's to use once it is registered to another, or switched off.
  for (const trunkId of ['ST_theirs', 'ST_off']) {
    await parts.sql('UPDATE $schema.voice_agent_livekit SET trunk_id = $1 WHERE id = $2', [trunkId, configId]);
    say(trunkId);
    expect([trunkId, await failureOf(dispatch(misled.client))]).toMatchObject([trunkId, { reason: 'CONFIG_CHANGED' }]);
  }
  await misled.stop();
  await lyingRouter.stop();
});

describe('AddDoNotCall', () => {
  const add = (change: Partial<AddDoNotCallRequest> = {}) =>
    callUnary(parts.client.addDoNotCall.bind(parts.client), {
      initiatedBy: USER,
      tenantId: '',
      number: '+12125550177',
      note: '',
      ...change,
    });

  test("puts the number on the tenant's list, once; calls to it are refused from the version that it answers", async () => {
    await parts.useServer(server);
    const first = await add({ note: 'asked on the phone' });
    expect(first).toMatchObject({ added: true });
    const second = await add({ note: 'asked again' });
    expect(second).toMatchObject({ added: false });
    const refused = { toNumber: '+12125550177', minSnapshotVersion: first.snapshotVersion };
    expect(await failureOf(dispatch(parts.client, refused))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'DO_NOT_CALL',
      fault: 'callee',
    });
    const rows = await parts.sql('SELECT tenant_id, note FROM $schema.do_not_call');
    expect(rows).toEqual([{ tenant_id: TENANT, note: 'asked on the phone' }]);
    expect(await add({ initiatedBy: OTHER_USER })).toMatchObject({ added: true });
  });

  test.each<[Partial<AddDoNotCallRequest>, string]>([
    [{ number: '2125550177' }, 'number'],
    [{ number: '' }, 'number'],
    [{ number: '+12125550177\n' }, 'number'],
    [{ note: 'x'.repeat(501) }, 'note'],
    [{ note: 'a\0b' }, 'note'],
    [{ initiatedBy: '' }, 'initiated_by'],
    [{ initiatedBy: 'me' }, 'initiated_by'],
    [{ tenantId: OTHER_TENANT }, 'tenant_id'],
  ])('refuses %j and writes nothing', async (change, field) => {
    const count = async () => (await parts.sql('SELECT 1 FROM $schema.do_not_call')).length;
    const before = await count();
    expect(await failureOf(add(change))).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field }] });
    expect(await count()).toBe(before);
  });

  test('by an unknown user is refused', async () => {
    expect(await failureOf(add({ initiatedBy: randomUUID() }))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'USER_NOT_FOUND',
    });
  });
});
