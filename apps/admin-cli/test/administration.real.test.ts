import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { CONFIG, configAdd, createCase, KEK, NUMBER, OTHER_TENANT, TENANT, USER } from './case.ts';
import type { Case } from './case.ts';

const SECRET = 'example-secret-of-exactly-40-characters!';
const OTHER_SECRET = 'another-secret-of-exactly-40-characters!';
const SERVER = { url: 'http://livekit.example.com:7880', apiKey: 'APIexample' };
const ABSENT = '99999999-9999-4999-8999-999999999999';

let here: Case;
beforeAll(async () => {
  here = await createCase();
});
beforeEach(() =>
  here.sql('TRUNCATE $schema.tenants, $schema.users, $schema.voice_agent_numbers, $schema.voice_agent_livekit CASCADE'),
);
afterAll(() => here.stop());

const numberAdd = (changed: Record<string, string> = {}): string[] => [
  'number',
  'add',
  ...Object.entries({
    '--base': '2125550100',
    '--country': '1',
    '--provider': 'Carrier One',
    '--tenant': TENANT,
    ...changed,
  }).flat(),
];

/** Everything that an administrator can change. */
const everything = async () =>
  JSON.stringify([
    await here.sql('SELECT * FROM $schema.tenants ORDER BY id'),
    await here.sql('SELECT * FROM $schema.users ORDER BY id'),
    await here.sql('SELECT * FROM $schema.voice_agent_numbers ORDER BY id'),
    await here.sql('SELECT * FROM $schema.voice_agent_livekit ORDER BY id'),
  ]);

/** Runs a command that is to be refused, in both forms of output, and checks that it changed nothing. */
async function refusal(
  command: readonly string[],
  stdin = '',
): Promise<{ exitCode: number; reason: string; message: string; hint: string; differs?: string[] }> {
  const before = await everything();
  const text = await here.run(command, { stdin });
  const json = await here.run([...command, '--json'], { stdin });
  expect(await everything()).toBe(before);
  expect(text).toMatchObject({ exitCode: json.exitCode, stdout: '' });
  expect(json.stderr).toBe('');
  const { error } = json.json() as { error: { reason: string; message: string; hint: string } };
  expect(text.stderr).toContain(error.message.split('\n')[0]);
  expect(text.stderr).toContain(error.hint);
  return { exitCode: json.exitCode, ...error };
}

describe('adding twice is adding once', () => {
  test.each<[string, () => string[], string]>([
    ['a tenant', () => ['tenant', 'add', TENANT, '--name', 'Acme Clinics'], ''],
    ['a user', () => ['user', 'add', USER, '--tenant', TENANT], ''],
    ['a config', () => configAdd(SERVER), SECRET],
    [
      "an operator's config",
      () => [...configAdd(SERVER).filter((word) => word !== '--tenant' && word !== TENANT), '--operator'],
      SECRET,
    ],
    ['a number', () => numberAdd(), ''],
    ['a number, with the country code written with +', () => numberAdd({ '--country': '+1' }), ''],
  ])('%s', async (_, command, stdin) => {
    const first = await here.json(command(), { stdin });
    expect(first).toMatchObject({ outcome: 'added', snapshotVersion: expect.stringMatching(/^\w+\.\d+$/) });
    const before = await everything();
    const second = await here.json(command(), { stdin });
    expect(second).toEqual({ ...first, outcome: 'existed' });
    expect(await everything()).toBe(before);
    const text = await here.run(command(), { stdin });
    expect(text).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('already there, nothing changed') });
  });

  test('a config with a template, which can be taken away again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dialplane-template-'));
    const path = join(folder, 'template.json');
    await writeFile(path, JSON.stringify({ phone: '{{to_number}}', call: { id: '{{call_log_id}}' } }));
    const command = [...configAdd(SERVER), '--job-metadata-template', path];
    const first = await here.json(command, { stdin: SECRET });
    expect(first).toMatchObject({
      outcome: 'added',
      config: { jobMetadataTemplate: { phone: '{{to_number}}', call: { id: '{{call_log_id}}' } } },
    });
    expect(await here.json(command, { stdin: SECRET })).toEqual({ ...first, outcome: 'existed' });
    expect(await refusal(configAdd(SERVER), SECRET)).toMatchObject({
      reason: 'conflict',
      differs: ['jobMetadataTemplate'],
    });
    const remove = ['config', 'update', CONFIG, '--tenant', TENANT, '--no-job-metadata-template'];
    expect(await here.json(remove)).toMatchObject({ outcome: 'changed', config: { jobMetadataTemplate: null } });
    expect(await here.json(remove)).toMatchObject({ outcome: 'unchanged' });
    await rm(folder, { recursive: true });
  });

  test('a config that does not say who dials: the dispatcher, or whoever did before', async () => {
    const first = await here.json(configAdd(SERVER), { stdin: SECRET });
    expect(first).toMatchObject({ outcome: 'added', config: { dialMode: 'dispatcher' } });
    // As a table that Dialplane adopted has it, and configs of earlier versions.
    await here.sql("UPDATE $schema.voice_agent_livekit SET dial_mode = 'legacy'");
    expect(await here.json(configAdd(SERVER), { stdin: SECRET })).toMatchObject({
      outcome: 'existed',
      config: { dialMode: 'legacy' },
    });
    expect(await refusal([...configAdd(SERVER), '--dial-mode', 'claiming'], SECRET)).toMatchObject({
      reason: 'conflict',
      differs: ['dialMode'],
      hint: expect.stringContaining('--dial-mode'),
    });
    const { stdout } = await here.run(['config', 'list', '--tenant', TENANT]);
    expect(stdout).toMatch(/dial mode +active\n.* legacy +yes/);
  });

  test('a number with its config', async () => {
    await here.json(configAdd(SERVER), { stdin: SECRET });
    const command = numberAdd({ '--config': CONFIG });
    const first = await here.json(command);
    expect(first).toMatchObject({ outcome: 'added', number: { e164: NUMBER, livekitConfigId: CONFIG } });
    expect(await here.json(command)).toEqual({ ...first, outcome: 'existed' });
  });
});

describe('a number that is added with a config which then cannot be written', () => {
  test('is there, and the message says so and names the command that finishes it', async () => {
    await here.json(configAdd(SERVER), { stdin: SECRET });
    await here.sql(
      "CREATE FUNCTION $schema.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$",
    );
    await here.sql(
      'CREATE TRIGGER refuse BEFORE UPDATE ON $schema.voice_agent_numbers FOR EACH ROW EXECUTE FUNCTION $schema.refuse()',
    );
    const ran = await here
      .run([...numberAdd({ '--config': CONFIG }), '--json'])
      .finally(() => here.sql('DROP FUNCTION $schema.refuse CASCADE'));
    const { error } = ran.json() as { error: { message: string; hint: string; added: { id: string } } };
    expect(ran.exitCode).toBe(3);
    expect(error.message).toContain('not today');
    expect(error.message).toContain(`Number ${NUMBER} is added (row ${error.added.id}), without config ${CONFIG}`);
    expect(await here.sql('SELECT id::text, rules FROM $schema.voice_agent_numbers')).toEqual([
      { id: error.added.id, rules: {} },
    ]);
    const [, finish = ''] = /: dialplane (.*)$/.exec(error.hint) ?? [];
    expect(await here.json(finish.split(' '))).toMatchObject({
      outcome: 'changed',
      number: { e164: NUMBER, livekitConfigId: CONFIG },
    });
  });
});

describe('adding again with other values changes nothing and says which differ', () => {
  test('a tenant of another name', async () => {
    await here.json(['tenant', 'add', TENANT, '--name', 'Acme Clinics']);
    expect(await refusal(['tenant', 'add', TENANT, '--name', 'Acme'])).toMatchObject({
      exitCode: 1,
      reason: 'conflict',
      message: expect.stringContaining('Acme Clinics'),
      hint: expect.stringContaining(`dialplane tenant update ${TENANT} --name`),
      differs: ['name'],
    });
  });

  test('a user of another tenant, whose tenant is not told', async () => {
    await here.json(['user', 'add', USER, '--tenant', OTHER_TENANT]);
    const refused = await refusal(['user', 'add', USER, '--tenant', TENANT]);
    expect(refused).toMatchObject({ exitCode: 1, reason: 'conflict', differs: ['tenant'] });
    expect(JSON.stringify(refused)).not.toContain(OTHER_TENANT);
  });

  test.each([
    ['url', { '--url': 'ws://livekit.example.com:7880' }, SECRET, 'url'],
    ['API key', { '--api-key': 'APIother' }, SECRET, 'apiKey'],
    ['trunk', { '--trunk': 'ST_other' }, SECRET, 'sipTrunkId'],
    ['agent name', { '--agent-name': 'other' }, SECRET, 'agentName'],
    ['id', { '--id': ABSENT }, SECRET, 'id'],
    ['secret', {}, OTHER_SECRET, 'apiSecret'],
  ])('a config with another %s', async (_, changed, secret, field) => {
    await here.json(configAdd(SERVER), { stdin: SECRET });
    const refused = await refusal(configAdd(SERVER, changed), secret);
    expect(refused).toMatchObject({ exitCode: 1, reason: 'conflict', differs: [field] });
    if (field !== 'id') expect(refused.hint).toContain(`dialplane config update ${CONFIG} --tenant ${TENANT}`);
    expect(JSON.stringify(refused)).not.toMatch(/-secret-of-/);
  });

  test('a config whose id another tenant has', async () => {
    await here.json(configAdd(SERVER, { '--tenant': OTHER_TENANT }), { stdin: SECRET });
    const refused = await refusal(configAdd(SERVER), SECRET);
    expect(refused).toMatchObject({ exitCode: 1, reason: 'conflict' });
    expect(JSON.stringify(refused)).not.toContain(OTHER_TENANT);
  });

  test('a number of another provider, and with another config', async () => {
    await here.json(configAdd(SERVER), { stdin: SECRET });
    await here.json(numberAdd());
    expect(await refusal(numberAdd({ '--provider': 'Carrier Two', '--config': CONFIG }))).toMatchObject({
      exitCode: 1,
      reason: 'conflict',
      differs: ['provider', 'config'],
      hint: expect.stringMatching(/dialplane number update .* and dialplane number assign/),
    });
  });
});

describe('a secret', () => {
  /** All that is printed while a config with this secret and name is added twice, shown, listed and changed. */
  async function allThatIsPrinted(name: string): Promise<string> {
    const add = configAdd(SERVER, { '--name': name });
    const printed: string[] = [];
    for (const command of [
      add,
      add,
      ['config', 'show', CONFIG, '--tenant', TENANT],
      ['config', 'list', '--tenant', TENANT],
      ['config', 'update', CONFIG, '--tenant', TENANT, '--secret-stdin'],
    ]) {
      for (const json of [[], ['--json']]) {
        const { stdout, stderr } = await here.run([...command, ...json], { stdin: `${SECRET}\n` });
        printed.push(stdout, stderr);
      }
    }
    return printed.join('');
  }

  test('that somebody made the name of a config would be seen', async () => {
    expect(await allThatIsPrinted(SECRET)).toContain(SECRET);
  });

  test('is stored sealed, and never printed', async () => {
    const printed = await allThatIsPrinted('uae');
    expect(printed).not.toContain(SECRET);
    expect(printed).not.toContain(KEK);
    expect(await everything()).not.toContain(SECRET);
    expect(await here.sql("SELECT api_secret_sealed ->> 'kid' AS kid FROM $schema.voice_agent_livekit")).toEqual([
      { kid: expect.stringMatching(/^local-/) },
    ]);
  });

  test('that is the same already is not sealed again; another one is', async () => {
    await here.json(configAdd(SERVER), { stdin: SECRET });
    const update = ['config', 'update', CONFIG, '--tenant', TENANT, '--secret-stdin'];
    const before = await everything();
    expect(await here.json(update, { stdin: SECRET })).toMatchObject({ outcome: 'unchanged', changed: [] });
    expect(await everything()).toBe(before);
    expect(await here.json(update, { stdin: OTHER_SECRET })).toMatchObject({
      outcome: 'changed',
      changed: ['apiSecret'],
    });
    expect(await everything()).not.toBe(before);
  });

  test('that cannot be opened is replaced by the one that is given', async () => {
    await here.json(configAdd(SERVER), { stdin: SECRET });
    const update = ['config', 'update', CONFIG, '--tenant', TENANT, '--secret-stdin'];
    const otherKey = { DIALPLANE_KEK: Buffer.alloc(32, 9).toString('base64') };
    expect(await here.json(update, { stdin: SECRET, env: otherKey })).toMatchObject({
      outcome: 'changed',
      changed: ['apiSecret'],
    });
  });

  test.each([
    ['there is no key', { DIALPLANE_KEK: undefined }, /DIALPLANE_KEK/],
    ['the key file is missing', { DIALPLANE_KEK: undefined, DIALPLANE_KEK_FILE: '/nowhere/kek' }, /cannot be read/],
    ['the key has 31 bytes', { DIALPLANE_KEK: Buffer.alloc(31, 7).toString('base64') }, /exactly 32 bytes/],
  ])('is not taken when %s: exit code 3', async (_, env, message) => {
    const before = await everything();
    const ran = await here.run([...configAdd(SERVER), '--json'], { stdin: SECRET, env });
    expect(ran).toMatchObject({ exitCode: 3, stderr: '' });
    expect(ran.json()).toEqual({
      error: { reason: 'key_unavailable', message: expect.stringMatching(message), hint: expect.any(String) },
    });
    expect(await everything()).toBe(before);
  });
});

describe('changing', () => {
  beforeEach(async () => {
    await here.json(configAdd(SERVER), { stdin: SECRET });
    await here.json(numberAdd());
  });

  test('a config field by field; the same twice changes nothing', async () => {
    const id = [CONFIG, '--tenant', TENANT];
    for (const [command, field, value] of [
      [['config', 'set-trunk', CONFIG, 'ST_next', '--tenant', TENANT], 'sipTrunkId', 'ST_next'],
      [['config', 'set-agent-name', CONFIG, 'next-agent', '--tenant', TENANT], 'agentName', 'next-agent'],
      [['config', 'update', ...id, '--url', 'wss://livekit.example.com'], 'url', 'wss://livekit.example.com'],
      [['config', 'update', ...id, '--name', 'india'], 'name', 'india'],
      [['config', 'update', ...id, '--disable'], 'isActive', false],
      [['config', 'update', ...id, '--enable'], 'isActive', true],
    ] as const) {
      const changed = await here.json(command);
      expect(changed).toMatchObject({ outcome: 'changed', changed: [field], config: { [field]: value } });
      expect(await here.json(command)).toEqual({ ...changed, outcome: 'unchanged', changed: [] });
    }
  });

  test("a tenant's and a number's switch and name", async () => {
    await here.json(['tenant', 'add', TENANT, '--name', 'Acme Clinics']);
    expect(await here.json(['tenant', 'disable', TENANT])).toMatchObject({
      outcome: 'changed',
      tenant: { isActive: false },
    });
    expect(await here.json(['tenant', 'disable', TENANT])).toMatchObject({ outcome: 'unchanged' });
    expect(await here.json(['tenant', 'enable', TENANT])).toMatchObject({
      outcome: 'changed',
      tenant: { isActive: true },
    });
    expect(await here.json(['tenant', 'update', TENANT, '--name', 'Acme'])).toMatchObject({
      outcome: 'changed',
      tenant: { name: 'Acme' },
    });
    const on = ['--tenant', TENANT];
    expect(await here.json(['number', 'disable', '2125550100', ...on])).toMatchObject({
      outcome: 'changed',
      number: { isActive: false },
    });
    expect(await here.json(['number', 'disable', NUMBER, ...on])).toMatchObject({ outcome: 'unchanged' });
    expect(await here.json(['number', 'enable', '12125550100', ...on])).toMatchObject({
      outcome: 'changed',
      number: { isActive: true },
    });
    expect(await here.json(['number', 'update', NUMBER, '--provider', 'Carrier Two', ...on])).toMatchObject({
      outcome: 'changed',
      number: { provider: 'Carrier Two' },
    });
  });

  test('which config a number uses leaves the other rules alone', async () => {
    await here.sql('UPDATE $schema.voice_agent_numbers SET rules = \'{"theirs": {"keep": [1, 2]}}\'');
    expect(await here.json(['number', 'assign', NUMBER, '--config', CONFIG, '--tenant', TENANT])).toMatchObject({
      outcome: 'changed',
      number: { livekitConfigId: CONFIG },
    });
    expect(await here.json(['number', 'assign', NUMBER, '--config', CONFIG, '--tenant', TENANT])).toMatchObject({
      outcome: 'unchanged',
    });
    expect(await here.sql('SELECT rules FROM $schema.voice_agent_numbers')).toEqual([
      { rules: { theirs: { keep: [1, 2] }, livekit_config: CONFIG } },
    ]);
  });

  test('a version is printed that the change belongs to, so that a caller can ask for it', async () => {
    const before = (await here.json(['number', 'disable', NUMBER, '--tenant', TENANT])).snapshotVersion as string;
    const after = (await here.json(['number', 'enable', NUMBER, '--tenant', TENANT])).snapshotVersion as string;
    const [[epoch, first], [sameEpoch, second]] = [before.split('.'), after.split('.')];
    expect(sameEpoch).toBe(epoch);
    expect(Number(second)).toBeGreaterThan(Number(first));
  });

  test("an operator's config needs --operator, and every tenant may use it", async () => {
    const operators = configAdd(SERVER, { '--id': ABSENT, '--name': 'shared' }).filter(
      (word) => word !== '--tenant' && word !== TENANT,
    );
    await here.json([...operators, '--operator'], { stdin: SECRET });
    expect(await refusal(['config', 'set-trunk', ABSENT, 'ST_mine', '--tenant', TENANT])).toMatchObject({
      exitCode: 1,
      reason: 'config_of_the_operator',
    });
    expect(await here.json(['config', 'set-trunk', ABSENT, 'ST_ours', '--operator'])).toMatchObject({
      outcome: 'changed',
    });
    expect(await here.json(['number', 'assign', NUMBER, '--config', ABSENT, '--tenant', TENANT])).toMatchObject({
      outcome: 'changed',
    });
    const listed = (await here.json(['config', 'list', '--tenant', TENANT])).configs as { id: string }[];
    expect(listed.map(({ id }) => id).sort()).toEqual([ABSENT, CONFIG].sort());
  });

  test('a config of a name that is taken is refused', async () => {
    await here.json(configAdd(SERVER, { '--id': ABSENT, '--name': 'india' }), { stdin: SECRET });
    expect(await refusal(['config', 'update', ABSENT, '--name', 'uae', '--tenant', TENANT])).toMatchObject({
      exitCode: 1,
      reason: 'conflict',
    });
  });
});

describe('what is not there is refused with the way to find it', () => {
  beforeEach(async () => {
    await here.json(configAdd(SERVER), { stdin: SECRET });
    await here.json(numberAdd());
  });

  test.each<[string, string[], string, RegExp]>([
    ['a tenant to enable', ['tenant', 'enable', ABSENT], 'tenant_not_found', /tenant list/],
    ['a config to show', ['config', 'show', ABSENT, '--tenant', TENANT], 'config_not_found', /config list/],
    [
      "another tenant's config to show",
      ['config', 'show', CONFIG, '--tenant', OTHER_TENANT],
      'config_not_found',
      /config list/,
    ],
    [
      "another tenant's config to change",
      ['config', 'set-trunk', CONFIG, 'ST_x', '--tenant', OTHER_TENANT],
      'config_not_found',
      /config list/,
    ],
    [
      "a tenant's config as operator",
      ['config', 'set-trunk', CONFIG, 'ST_x', '--operator'],
      'config_not_found',
      /config list/,
    ],
    [
      'a config to assign',
      ['number', 'assign', NUMBER, '--config', ABSENT, '--tenant', TENANT],
      'config_not_found',
      /config list/,
    ],
    [
      'a config to add a number with',
      numberAdd({ '--base': '2125550101', '--config': ABSENT }),
      'config_not_found',
      /config list/,
    ],
    [
      'a number to assign',
      ['number', 'assign', '+12125550199', '--config', CONFIG, '--tenant', TENANT],
      'number_not_found',
      /number list/,
    ],
    [
      "another tenant's number",
      ['number', 'disable', NUMBER, '--tenant', OTHER_TENANT],
      'number_not_found',
      /number list/,
    ],
    [
      'a number by an id that no row has',
      ['number', 'disable', ABSENT, '--tenant', TENANT],
      'number_not_found',
      /number list/,
    ],
  ])('%s', async (_, command, reason, hint) => {
    expect(await refusal(command)).toMatchObject({ exitCode: 1, reason, hint: expect.stringMatching(hint) });
  });

  test('a number that fits two rows, which are then told apart by E.164 or id', async () => {
    await here.json(numberAdd({ '--country': '91' }));
    const refused = await refusal(['number', 'disable', '2125550100', '--tenant', TENANT]);
    expect(refused).toMatchObject({
      exitCode: 1,
      reason: 'ambiguous_number',
      message: expect.stringContaining('+912125550100'),
    });
    const rows = (await here.json(['number', 'list', '--tenant', TENANT])).numbers as { id: string; e164: string }[];
    const indian = rows.find(({ e164 }) => e164 === '+912125550100');
    expect(await here.json(['number', 'disable', indian?.id ?? '', '--tenant', TENANT])).toMatchObject({
      outcome: 'changed',
      number: { e164: '+912125550100' },
    });
    expect(await here.json(['number', 'disable', NUMBER, '--tenant', TENANT])).toMatchObject({
      outcome: 'changed',
      number: { e164: NUMBER },
    });
  });

  test.each([
    ['an array', '[]'],
    ['a string', '"livekit_config"'],
    ['a number', '7'],
  ])('rules that are %s: assign refuses, and list shows them', async (_, rules) => {
    await here.sql('UPDATE $schema.voice_agent_numbers SET rules = $1', [rules]);
    expect(await refusal(['number', 'assign', NUMBER, '--config', CONFIG, '--tenant', TENANT])).toMatchObject({
      exitCode: 1,
      reason: 'rules_invalid',
    });
    const { stdout } = await here.run(['number', 'list', '--tenant', TENANT]);
    expect(stdout).toContain('rules unusable');
  });

  test('rules that name a livekit_config that is no UUID are mended by assign', async () => {
    await here.sql('UPDATE $schema.voice_agent_numbers SET rules = \'{"livekit_config": "uae", "theirs": 1}\'');
    expect(await here.json(['number', 'assign', NUMBER, '--config', CONFIG, '--tenant', TENANT])).toMatchObject({
      outcome: 'changed',
      number: { livekitConfigId: CONFIG },
    });
  });

  test('assign warns of rules that stay unusable', async () => {
    await here.sql('UPDATE $schema.voice_agent_numbers SET rules = \'{"strategy": 7}\'');
    const { exitCode, stdout } = await here.run(['number', 'assign', NUMBER, '--config', CONFIG, '--tenant', TENANT]);
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/warning .*so no call goes/),
    });
  });
});

describe('lists', () => {
  test('say what to do when they are empty', async () => {
    for (const [command, hint] of [
      [['tenant', 'list'], 'dialplane tenant add'],
      [['user', 'list', '--tenant', TENANT], 'dialplane user add'],
      [['config', 'list', '--operator'], 'dialplane config add'],
      [['number', 'list', '--tenant', TENANT], 'dialplane number add'],
    ] as const) {
      expect(await here.run(command)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(hint) });
    }
  });

  test('never let a stored name move the cursor or colour the terminal', async () => {
    await here.sql('INSERT INTO $schema.tenants (id, name) VALUES ($1, $2)', [TENANT, 'Acme\u001b[2J\u202e\r\nx']);
    const { stdout } = await here.run(['tenant', 'list']);
    expect(stdout).toContain('Acme\\u{1b}[2J\\u{202e}\\u{d}\\u{a}x');
  });

  test("show a tenant its own rows and no other's", async () => {
    await here.json(numberAdd({ '--tenant': OTHER_TENANT }));
    await here.json(['user', 'add', USER, '--tenant', OTHER_TENANT]);
    expect(await here.json(['number', 'list', '--tenant', TENANT])).toEqual({ numbers: [] });
    expect(await here.json(['user', 'list', '--tenant', TENANT])).toEqual({ users: [] });
  });
});
