import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { RequestListener, Server as HttpServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createLiveKitClient } from '@dialplane/livekit';
import { startAgentWorker } from '@dialplane/real-parts';
import type { AgentWorker } from '@dialplane/real-parts';
import { RoomServiceClient } from 'livekit-server-sdk';

import { CONFIG, configAdd, createCase, createTrunk, liveKitServer, NUMBER, OTHER_TENANT, TENANT } from './case.ts';
import type { Case, Server } from './case.ts';

interface Examined {
  readonly exitCode: number;
  /** Step by name: what came of it. */
  readonly outcomes: Record<string, string>;
  readonly failure: { reason: string; finding: string; hint: string } | undefined;
  readonly printed: string;
}

const ABSENT = '99999999-9999-4999-8999-999999999999';
const ALL_PASSED = {
  tenant: 'passed',
  number: 'passed',
  rules: 'passed',
  config: 'passed',
  secret: 'passed',
  server: 'passed',
  key: 'passed',
  trunk: 'passed',
  agent: 'not_asked',
};

let here: Case;
let server: Server;
let trunk: string;
beforeAll(async () => {
  server = liveKitServer();
  here = await createCase();
  trunk = await createTrunk(server, [NUMBER]);
});
beforeEach(async () => {
  await here.sql(
    'TRUNCATE $schema.tenants, $schema.voice_agent_numbers, $schema.voice_agent_livekit, $schema.trunks CASCADE',
  );
  await here.json(['tenant', 'add', TENANT, '--name', 'Acme Clinics']);
  await here.json(configAdd(server, { '--trunk': trunk }), { stdin: server.apiSecret });
  await here.json(['number', 'add', '--base', '2125550100', '--country', '1', '--tenant', TENANT, '--config', CONFIG]);
});
afterAll(() => here.stop());

const standIns: HttpServer[] = [];
afterEach(() => {
  for (const standIn of standIns.splice(0)) {
    standIn.close();
    standIn.closeAllConnections();
  }
});

/** Points the config at something that is not LiveKit. */
async function useStandIn(answer: RequestListener): Promise<void> {
  const standIn = createServer(answer).listen(0, '127.0.0.1');
  standIns.push(standIn);
  await once(standIn, 'listening');
  await useUrl(`http://127.0.0.1:${(standIn.address() as AddressInfo).port}`);
}

async function useUrl(url: string): Promise<void> {
  await here.json(['config', 'update', CONFIG, '--tenant', TENANT, '--url', url]);
}

/** Runs the doctor in both forms of output, and checks that they agree. */
async function examine({
  number = NUMBER,
  tenant = TENANT,
  more = [],
  env = {},
}: {
  number?: string;
  tenant?: string;
  more?: string[];
  env?: Record<string, string | undefined>;
} = {}): Promise<Examined> {
  const command = ['number', 'check', number, '--tenant', tenant, ...more];
  const json = await here.run([...command, '--json'], { env });
  const { steps, healthy } = json.json() as {
    healthy: boolean;
    steps: { name: string; outcome: string; reason: string; finding: string; hint: string }[];
  };
  const failure = steps.find(({ outcome }) => outcome === 'failed');
  expect(healthy).toBe(json.exitCode === 0);
  expect(json.stderr).toBe('');
  const text = more.length > 0 ? json : await here.run(command, { env });
  if (more.length === 0) {
    expect(text.exitCode).toBe(json.exitCode);
    for (const { name, outcome } of steps) {
      expect(text.stdout).toMatch(
        new RegExp(
          `^${{ passed: '✓', noted: '!', failed: '✗', not_asked: '–', not_reached: '–' }[outcome]} ${name} `,
          'm',
        ),
      );
    }
    if (failure !== undefined) expect(text.stdout).toContain(failure.hint);
  }
  const printed = json.stdout + text.stdout + text.stderr;
  expect(printed).not.toContain(server.apiSecret);
  return {
    exitCode: json.exitCode,
    outcomes: Object.fromEntries(steps.map(({ name, outcome }) => [name, outcome])),
    failure,
    printed,
  };
}

describe('the doctor', () => {
  test.each([NUMBER, '12125550100', '02125550100', '2125550100'])(
    'finds a number written as %s healthy',
    async (number) => {
      expect(await examine({ number })).toMatchObject({ exitCode: 0, outcomes: ALL_PASSED });
    },
  );

  test('asks the same server whether its URL says http or ws', async () => {
    await useUrl(server.wsUrl);
    expect(await examine()).toMatchObject({ exitCode: 0, outcomes: ALL_PASSED });
  });

  test.each<[string, string, string, string, () => Promise<unknown>]>([
    [
      'the tenant is switched off',
      'tenant',
      'tenant_disabled',
      'tenant enable',
      () => here.json(['tenant', 'disable', TENANT]),
    ],
    [
      'the number is switched off',
      'number',
      'number_disabled',
      'number enable',
      () => here.json(['number', 'disable', NUMBER, '--tenant', TENANT]),
    ],
    [
      'two rows are the same number',
      'number',
      'ambiguous_number',
      'number disable',
      () =>
        here.sql('INSERT INTO $schema.voice_agent_numbers (tenant_id, base_number, country_code) VALUES ($1, $2, $3)', [
          TENANT,
          '2125550100',
          '+1',
        ]),
    ],
    [
      'the rules are an array',
      'rules',
      'rules_invalid',
      'dialplane number rules set',
      () => here.sql("UPDATE $schema.voice_agent_numbers SET rules = '[]'"),
    ],
    [
      'the rules name no UUID',
      'rules',
      'rules_invalid',
      'dialplane number rules set',
      () => here.sql('UPDATE $schema.voice_agent_numbers SET rules = \'{"livekit_config": "uae"}\''),
    ],
    [
      'the rules name no config',
      'config',
      'no_livekit_config',
      'number assign',
      () => here.sql("UPDATE $schema.voice_agent_numbers SET rules = '{}'"),
    ],
    [
      'the config is not there',
      'config',
      'config_not_found',
      'number assign',
      () =>
        here.sql("UPDATE $schema.voice_agent_numbers SET rules = jsonb_build_object('livekit_config', $1::text)", [
          ABSENT,
        ]),
    ],
    [
      "the config is another tenant's",
      'config',
      'config_not_found',
      'number assign',
      () => here.sql('UPDATE $schema.voice_agent_livekit SET tenant_id = $1', [OTHER_TENANT]),
    ],
    [
      'the config is switched off',
      'config',
      'config_disabled',
      '--enable',
      () => here.json(['config', 'update', CONFIG, '--tenant', TENANT, '--disable']),
    ],
    [
      'the config has no trunk',
      'config',
      'config_incomplete',
      '--trunk',
      () => here.sql('UPDATE $schema.voice_agent_livekit SET trunk_id = NULL'),
    ],
    [
      'the secret was never sealed',
      'secret',
      'secret_missing',
      '--secret-file',
      () => here.sql('UPDATE $schema.voice_agent_livekit SET api_secret_sealed = NULL'),
    ],
    [
      'the secret was sealed for another config',
      'secret',
      'secret_unreadable',
      '--secret-file',
      () =>
        here
          .sql('UPDATE $schema.voice_agent_livekit SET id = $1; ', [ABSENT])
          .then(() =>
            here.sql("UPDATE $schema.voice_agent_numbers SET rules = jsonb_build_object('livekit_config', $1::text)", [
              ABSENT,
            ]),
          ),
    ],
    [
      'the API key is wrong',
      'key',
      'credential_refused',
      '--api-key',
      () => here.json(['config', 'update', CONFIG, '--tenant', TENANT, '--api-key', 'APIwrong']),
    ],
    [
      'the secret is wrong',
      'key',
      'credential_refused',
      '--secret-file',
      () => here.json(['config', 'update', CONFIG, '--tenant', TENANT, '--secret-stdin'], { stdin: 'x'.repeat(40) }),
    ],
    [
      'the trunk is not there',
      'trunk',
      'trunk_not_found',
      'config set-trunk',
      () => here.json(['config', 'set-trunk', CONFIG, 'ST_absent', '--tenant', TENANT]),
    ],
  ])('says so when %s, and does not go on', async (_, step, reason, hint, arrange) => {
    await arrange();
    const examined = await examine();
    expect(examined).toMatchObject({ exitCode: 1, failure: { reason, hint: expect.stringContaining(hint) } });
    const names = Object.keys(ALL_PASSED);
    expect(examined.outcomes).toEqual({
      ...Object.fromEntries(
        names.map((name) => [
          name,
          names.indexOf(name) < names.indexOf(step) ? expect.stringMatching(/passed|noted/) : 'not_reached',
        ]),
      ),
      [step]: 'failed',
      agent: 'not_asked',
    });
  });

  test('asks nothing about a callee: whom rules let be called, and when, does not matter', async () => {
    await here.sql('UPDATE $schema.voice_agent_numbers SET rules = rules || $1', [
      JSON.stringify({
        destinations: { allow: ['IN'], deny_prefixes: ['+1'] },
        calling_hours: { timezone: 'Asia/Kolkata', windows: [{ days: ['mon'], from: '00:00', to: '00:01' }] },
      }),
    ]);
    await here.sql('UPDATE $schema.tenants SET routing_defaults = $1', [
      JSON.stringify({
        destinations: { allow: ['AE'] },
        calling_hours: { windows: [{ days: ['sun'], from: '00:00', to: '00:01' }] },
      }),
    ]);
    await here.json(['do-not-call', 'add', NUMBER, '--operator']);
    expect(await examine()).toMatchObject({ exitCode: 0, outcomes: ALL_PASSED });
    await here.json(['do-not-call', 'remove', NUMBER, '--operator']);
  });

  test('examines every trunk and config that carriers name, whatever their prefixes', async () => {
    const second = await createTrunk(server, ['+12125550142']);
    await here.json(['trunk', 'set', second, '--deployment', server.url, '--tenant', TENANT]);
    await here.json(configAdd(server, { '--id': ABSENT, '--name': 'india', '--trunk': trunk }), {
      stdin: 'x'.repeat(40),
    });
    await here.sql('UPDATE $schema.voice_agent_numbers SET rules = rules || $1', [
      JSON.stringify({
        carriers: [
          { prefixes: ['+1'], priority: 1 },
          { prefixes: ['+91'], trunk_id: second, priority: 2 },
          { prefixes: ['+971'], livekit_config: ABSENT, priority: 3 },
        ],
      }),
    ]);
    const examined = await examine();
    expect(examined.exitCode).toBe(1);
    for (const line of [
      new RegExp(`config +LiveKit config ${CONFIG}: uae, the tenant's own; LiveKit config ${ABSENT}: india`),
      new RegExp(`✓ trunk +uae: ${trunk} is there and lists`),
      new RegExp(`✗ trunk +uae: Trunk ${second} does not list caller id \\+12125550100`),
      /✓ secret +india: opens with key/,
      /✗ key +india: The server refuses API key/,
    ])
      expect(examined.printed).toMatch(line);
  });

  test('says why one of several ways is left out, and goes on with the others', async () => {
    const indian = await createTrunk(server, [NUMBER]);
    await here.json(['trunk', 'set', indian, '--deployment', server.url, '--cli-countries', 'IN', '--tenant', TENANT]);
    await here.sql('UPDATE $schema.voice_agent_numbers SET rules = rules || $1', [
      JSON.stringify({ carriers: [{ prefixes: ['+91'], trunk_id: indian }, { prefixes: ['+1'] }] }),
    ]);
    const examined = await examine();
    expect(examined.exitCode).toBe(0);
    expect(examined.printed).toMatch(new RegExp(`! config +.*${indian}.* may show caller ids of IN`));
  });

  test('says which trunk of the rules cannot be used', async () => {
    await here.sql('UPDATE $schema.voice_agent_numbers SET rules = rules || $1', [
      JSON.stringify({ carriers: [{ prefixes: ['+91'], trunk_id: 'ST_unknown' }] }),
    ]);
    expect(await examine()).toMatchObject({
      exitCode: 1,
      outcomes: { rules: 'passed', config: 'failed', secret: 'not_reached' },
      failure: { reason: 'trunk_not_found', hint: expect.stringContaining('dialplane trunk set ST_unknown') },
    });
  });

  test("says so when the number is not there, or another tenant's", async () => {
    expect(await examine({ number: '+12125550177' })).toMatchObject({
      exitCode: 1,
      failure: { reason: 'number_not_found', hint: expect.stringContaining('number list') },
    });
    // Nobody is known by that id: the step says so and goes on, as the router does.
    expect(await examine({ tenant: OTHER_TENANT })).toMatchObject({
      exitCode: 1,
      outcomes: { tenant: 'noted' },
      failure: { reason: 'number_not_found' },
    });
  });

  test('says so when the stored parts make no number that can be shown', async () => {
    await here.sql('UPDATE $schema.voice_agent_numbers SET base_number = $1', ['123']);
    expect(await examine({ number: '123' })).toMatchObject({
      exitCode: 1,
      outcomes: { number: 'failed', rules: 'not_reached' },
      failure: { reason: 'number_incomplete', hint: expect.stringContaining('number list') },
    });
  });

  test('says so when the trunk does not list the caller id', async () => {
    const other = await createTrunk(server, ['+12125550111']);
    await here.json(['config', 'set-trunk', CONFIG, other, '--tenant', TENANT]);
    expect(await examine()).toMatchObject({
      exitCode: 1,
      failure: { reason: 'caller_id_not_on_trunk', finding: expect.stringContaining('+12125550111') },
    });
  });

  test.each([[['12125550100']], [['*']]])('accepts a trunk that lists %s', async (numbers) => {
    await here.json(['config', 'set-trunk', CONFIG, await createTrunk(server, numbers), '--tenant', TENANT]);
    expect(await examine()).toMatchObject({ exitCode: 0, outcomes: ALL_PASSED });
  });

  test('ends with 3 when the server is out of reach', async () => {
    await useUrl('http://127.0.0.1:1');
    expect(await examine()).toMatchObject({
      exitCode: 3,
      failure: { reason: 'livekit_unreachable', hint: expect.stringContaining('config update') },
    });
  });

  test('ends with 3 when there is no key to open the secret with', async () => {
    expect(await examine({ env: { DIALPLANE_KEK: undefined } })).toMatchObject({
      exitCode: 3,
      failure: { reason: 'key_unavailable' },
    });
  });

  test('does not follow a redirect', async () => {
    let followed = 0;
    await useStandIn((request, response) => {
      if (request.url === '/elsewhere') followed += 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await examine()).toMatchObject({
      exitCode: 1,
      outcomes: { server: 'failed', key: 'not_reached' },
      failure: { reason: 'livekit_redirected' },
    });
    expect(followed).toBe(0);
  });

  test.each([
    ['a web page', 200, 'text/html', '<html>'],
    ['a page that is not there', 404, 'text/html', 'not found'],
    ['other JSON', 200, 'application/json', '"hello"'],
  ])('knows LiveKit from %s', async (_, status, type, body) => {
    await useStandIn((_request, response) => void response.writeHead(status, { 'content-type': type }).end(body));
    expect(await examine()).toMatchObject({ exitCode: 1, failure: { reason: 'livekit_not_livekit' } });
  });

  test('stops reading an answer without end', async () => {
    await useStandIn((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const chunk = 'x'.repeat(64 * 1024);
      const more = (): void =>
        void response.write(chunk, (error) => (error === undefined || error === null ? setImmediate(more) : undefined));
      more();
    });
    expect(await examine()).toMatchObject({ exitCode: 1, failure: { reason: 'livekit_reply_too_large' } });
  });

  test('never repeats the token that a 401 echoes', async () => {
    let token = '';
    await useStandIn((request, response) => {
      token = request.headers.authorization?.replace('Bearer ', '') ?? '';
      response
        .writeHead(401, { 'content-type': 'application/json' })
        .end(JSON.stringify({ code: 'unauthenticated', msg: `invalid token: ${token}` }));
    });
    const examined = await examine();
    expect(examined).toMatchObject({ exitCode: 1, failure: { reason: 'credential_refused' } });
    expect(token).not.toBe('');
    expect(examined.printed).not.toContain(token);
    expect(examined.printed).not.toContain('eyJ');
  });
});

describe('with --launch-agent', () => {
  const AGENT_NAME = 'doctor-test-agent';
  let worker: AgentWorker;
  beforeAll(async () => {
    worker = await startAgentWorker({ ...server, agentName: AGENT_NAME });
  }, 90_000);
  afterAll(() => worker.stop());

  const rooms = () => new RoomServiceClient(server.url, server.apiKey, server.apiSecret).listRooms();

  test('a worker answers in a throw-away room that names nobody to dial', async () => {
    await here.json(['config', 'set-agent-name', CONFIG, AGENT_NAME, '--tenant', TENANT]);
    expect(await examine({ more: ['--launch-agent'] })).toMatchObject({
      exitCode: 0,
      outcomes: { ...ALL_PASSED, agent: 'passed' },
    });
    expect((await rooms()).filter(({ name }) => name.startsWith('dialplane-probe-'))).toEqual([]);
    expect(worker.output()).not.toContain('would_dial');
  });

  test('Ctrl-C while waiting ends with 130, and the room goes', async () => {
    const interruption = new AbortController();
    const running = here.run(['number', 'check', NUMBER, '--tenant', TENANT, '--launch-agent'], {
      signal: interruption.signal,
    });
    while (!(await rooms()).some(({ name }) => name.startsWith('dialplane-probe-'))) await pause(50);
    interruption.abort();
    expect(await running).toMatchObject({ exitCode: 130 });
    expect((await rooms()).filter(({ name }) => name.startsWith('dialplane-probe-'))).toEqual([]);
  });

  test('a job that names somebody to dial would be seen in what the worker says', async () => {
    const metadata = {
      version: 1,
      call_log_id: ABSENT,
      attempt: 1,
      tenant_id: TENANT,
      agent_id: 'agent-7',
      from_number: NUMBER,
      to_number: '+12125550199',
      sip_trunk_id: trunk,
      ringing_timeout_seconds: 30,
      max_duration_seconds: 60,
      metadata: {},
    };
    const client = createLiveKitClient(server);
    const room = `twin-${randomUUID()}`;
    await client.createRoom({
      name: room,
      agentName: AGENT_NAME,
      metadata: JSON.stringify(metadata),
      emptyTimeoutSeconds: 30,
    });
    while (!worker.output().includes('would_dial')) await pause(50);
    await client.deleteRoom(room);
  });

  test('nobody answers to a name that no worker has, and the room goes all the same', async () => {
    expect(await examine({ more: ['--launch-agent'] })).toMatchObject({
      exitCode: 1,
      outcomes: { trunk: 'passed', agent: 'failed' },
      failure: { reason: 'no_agent', hint: expect.stringContaining('set-agent-name') },
    });
    expect((await rooms()).filter(({ name }) => name.startsWith('dialplane-probe-'))).toEqual([]);
  });
});
