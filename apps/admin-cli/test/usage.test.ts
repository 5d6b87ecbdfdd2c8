import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';

import { createProgram } from '../src/program.ts';
import { run } from './run.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const CONFIG = '33333333-3333-4333-8333-333333333333';
const SECRET = 'example-secret-of-exactly-40-characters!';
/** A port on which nothing listens: no usage error may get as far as the database. */
const env = { DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/none' };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialplane-usage-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string): Promise<string> {
  const path = join(folder, `file-${Math.random()}`);
  await writeFile(path, text);
  return path;
}

const configAdd = (changed: Record<string, string> = {}): string[] => {
  const options = {
    '--name': 'uae',
    '--url': 'https://livekit.example.com',
    '--api-key': 'APIexample',
    '--trunk': 'ST_example',
    '--agent-name': 'agent',
    '--tenant': TENANT,
    ...changed,
  };
  return ['config', 'add', ...Object.entries(options).flat()];
};

const explain = ['route', 'explain', '--from', '2125550100', '--to', '+12125550199', '--tenant', TENANT];

describe('wrong arguments end with exit code 2 before the database is asked', () => {
  test.each<[string, string[], RegExp]>([
    ['a tenant that is no UUID', ['number', 'list', '--tenant', '42'], /not a UUID/],
    ['a UUID with a line end', ['number', 'list', '--tenant', `${TENANT}\n`], /not a UUID/],
    ['a tenant left out', ['number', 'list'], /--tenant/],
    ['a user that is no UUID', ['user', 'add', 'somebody', '--tenant', TENANT], /not a UUID/],
    [
      'a config that is no UUID',
      ['number', 'assign', '+12125550100', '--config', 'x', '--tenant', TENANT],
      /not a UUID/,
    ],
    ['a URL that is none', configAdd({ '--url': 'livekit' }), /not a URL/],
    ['a URL of another scheme', configAdd({ '--url': 'ftp://livekit.example.com' }), /scheme/],
    ['a URL with credentials', configAdd({ '--url': 'https://u:p4ssw0rd@livekit.example.com' }), /credentials/],
    ['a URL with a path', configAdd({ '--url': 'https://livekit.example.com/twirp' }), /path/],
    ['a URL with a query', configAdd({ '--url': 'https://livekit.example.com?a=b' }), /query/],
    ['a trunk that is none', configAdd({ '--trunk': 'trunk-1' }), /ST_/],
    ['an API key with a space', configAdd({ '--api-key': 'API key' }), /API key/],
    ['an agent name with a control character', configAdd({ '--agent-name': 'a\u001b[2J' }), /control characters/],
    ['an unknown dial mode', [...configAdd(), '--dial-mode', 'telepathy'], /dispatcher, claiming, legacy/],
    ['neither tenant nor operator', ['config', 'list'], /--tenant and --operator/],
    ['tenant and operator', ['config', 'list', '--tenant', TENANT, '--operator'], /cannot be used with/],
    ['no secret, and nobody to ask', configAdd(), /API secret is missing/],
    ['two sources of the secret', [...configAdd(), '--secret-file', 'a', '--secret-stdin'], /cannot be used with/],
    ['nothing to update', ['config', 'update', CONFIG, '--operator'], /Nothing to change/],
    [
      'to enable and disable',
      ['config', 'update', CONFIG, '--operator', '--enable', '--disable'],
      /cannot be used with/,
    ],
    [
      'letters for a base number',
      ['number', 'add', '--base', 'abc', '--country', '1', '--tenant', TENANT],
      /3 to 14 ASCII digits/,
    ],
    ['Arabic digits', ['number', 'add', '--base', '٢١٢٥٥٥٠١٠٠', '--country', '1', '--tenant', TENANT], /ASCII digits/],
    ['full-width digits', ['number', 'check', '+１２１２５５５０１００', '--tenant', TENANT], /E\.164/],
    [
      'a base number with its plus',
      ['number', 'add', '--base', '+12125550100', '--country', '1', '--tenant', TENANT],
      /ASCII digits/,
    ],
    [
      'a country code of four digits',
      ['number', 'add', '--base', '2125550100', '--country', '1212', '--tenant', TENANT],
      /country calling code/,
    ],
    [
      'parts that make no E.164 number',
      ['number', 'add', '--base', '123', '--country', '1', '--tenant', TENANT],
      /do not make an E\.164/,
    ],
    [
      'too many digits together',
      ['number', 'add', '--base', '12345678901234', '--country', '91', '--tenant', TENANT],
      /do not make an E\.164/,
    ],
    ['a number with CR LF', ['number', 'check', '+12125550100\r\n', '--tenant', TENANT], /E\.164/],
    ['a number with ;ext=', ['number', 'check', '+12125550100;ext=1', '--tenant', TENANT], /E\.164/],
    ['a number with @host', ['number', 'check', '+12125550100@example.com', '--tenant', TENANT], /E\.164/],
    ['an empty number', ['number', 'check', '', '--tenant', TENANT], /E\.164/],
    [
      'a callee without +',
      ['route', 'explain', '--from', '2125550100', '--to', '12125550199', '--tenant', TENANT],
      /E\.164/,
    ],
    [
      'nobody to call for',
      ['route', 'explain', '--from', '2125550100', '--to', '+12125550199'],
      /--initiated-by and --tenant/,
    ],
    ['no agent', ['call', 'test', '--from', '2125550100', '--to', '+12125550199', '--tenant', TENANT], /--agent/],
    [
      'a stage that is none',
      [
        'call',
        'test',
        '--from',
        '2125550100',
        '--to',
        '+12125550199',
        '--agent',
        'a',
        '--tenant',
        TENANT,
        '--wait-until',
        'talking',
      ],
      /agent-ready, answered/,
    ],
    ['a call that is no UUID', ['call', 'watch', '42', '--tenant', TENANT], /not a UUID/],
    ['nobody whose call it is', ['call', 'cancel', CONFIG], /--initiated-by and --tenant/],
    ['an event that is none', ['call', 'watch', CONFIG, '--tenant', TENANT, '--after', '-1'], /0 to 999999/],
    ['a state that is none', ['call', 'list', '--tenant', TENANT, '--state', 'failed,ringing'], /in_progress/],
    ['a time ago that is none', ['call', 'list', '--tenant', TENANT, '--since', '2 fortnights'], /moment/],
    ['a page token with a space', ['call', 'list', '--tenant', TENANT, '--page', 'a b'], /page token/],
    ['calls to a number without +', ['call', 'list', '--tenant', TENANT, '--to', '12125550199'], /E\.164/],
    [
      'an address without port',
      ['route', 'explain', '--from', '2125550100', '--to', '+12125550199', '--tenant', TENANT, '--router', 'localhost'],
      /host:port/,
    ],
    ['an unknown option', ['tenant', 'list', '--all'], /--all/],
    ['an unknown verb', ['tenant', 'remove'], /unknown command after "dialplane tenant"/i],
    ['a verb misspelt', ['tenant', 'lst'], /Did you mean list/],
    [
      'an option misspelt',
      ['number', 'list', '--tenant', TENANT, '--tennant', TENANT],
      /--tennant[^]*Did you mean --tenant/,
    ],
    [
      'a stage that only JavaScript knows',
      [
        'call',
        'test',
        '--from',
        '2125550100',
        '--to',
        '+12125550199',
        '--agent',
        'a',
        '--tenant',
        TENANT,
        '--wait-until',
        'constructor',
      ],
      /agent-ready/,
    ],
    [
      'a country by another code',
      [
        ...['trunk', 'set', 'ST_one', '--deployment', 'https://livekit.example.com'],
        '--operator',
        '--cli-countries',
        'UK',
      ],
      /United Kingdom is GB/,
    ],
    ['a purpose that is none', [...explain, '--purpose', 'fun'], /transactional, service, promotional/],
    ['a moment without its offset', [...explain, '--at', '2026-11-25T10:00:00'], /moment with its offset/],
    ['a moment that is no date', [...explain, '--at', '2026-02-30T10:00:00Z'], /moment with its offset/],
    ['a moment that only JavaScript knows', [...explain, '--at', 'Wed Nov 25 2026'], /moment with its offset/],
    [
      'a snapshot version that is none',
      [...explain, '--min-snapshot-version', 'latest'],
      /snapshot version as a command printed it/,
    ],
    ['a routing key with a line end', [...explain, '--routing-key', 'a\n'], /printable ASCII/],
    ['rules for nobody', ['number', 'rules', 'set', '+12125550100', '--tenant', TENANT], /--file/],
    ['rules of no number', ['number', 'rules', 'show', 'here', '--tenant', TENANT], /E\.164/],
    ['rules alone', ['number', 'rules'], /After "dialplane number rules" a command is missing/],
    [
      'a verb of rules misspelt',
      ['number', 'rules', 'sett'],
      /unknown command after "dialplane number rules"[^]*Did you mean set/i,
    ],
    ['defaults of no tenant', ['tenant', 'defaults', 'show', '42'], /not a UUID/],
    ['a trunk of nobody', ['trunk', 'list'], /Whose trunk/],
    ['a trunk nowhere', ['trunk', 'set', 'ST_example', '--operator'], /--deployment/],
    [
      'a trunk at a URL with credentials',
      ['trunk', 'set', 'ST_example', '--deployment', 'https://u:p@livekit.example.com', '--operator'],
      /credentials/,
    ],
    [
      'a region with a space',
      ['deployment', 'set', 'https://livekit.example.com', '--region', 'a b'],
      /letters, digits/,
    ],
    ['a do-not-call number without +', ['do-not-call', 'add', '12125550199', '--operator'], /E\.164/],
    ['a list of nobody', ['do-not-call', 'list'], /Whose list/],
    ['no case', ['route', 'test'], /cases file/],
    ['a noun alone', ['tenant'], /command is missing/],
    ['nothing', [], /command is missing/],
    ['too many arguments', ['tenant', 'list', 'all'], /too many arguments/i],
  ])('%s', async (_, argv, message) => {
    const text = await run(argv, { env });
    expect(text).toMatchObject({ exitCode: 2, stdout: '' });
    expect(text.stderr).toMatch(message);

    const json = await run([...argv, '--json'], { env });
    expect(json).toMatchObject({ exitCode: 2, stderr: '' });
    expect(json.json()).toEqual({
      error: { reason: 'usage', message: expect.stringMatching(message), hint: expect.stringMatching(/\w/) },
    });
  });

  test('a password in a URL is not repeated', async () => {
    const { stdout, stderr } = await run(
      [...configAdd({ '--url': 'https://u:p4ssw0rd@livekit.example.com' }), '--json'],
      { env },
    );
    expect(stdout + stderr).not.toContain('p4ssw0rd');
  });
});

describe('an API secret', () => {
  test.each([
    ['as an option with a value', [`--secret=${SECRET}`]],
    ['as an option and the next argument', ['--secret', SECRET]],
    ['as --api-secret', ['--api-secret', SECRET]],
  ])('is refused %s, and not repeated', async (_, options) => {
    const { exitCode, stdout, stderr } = await run([...configAdd(), ...options], { env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('never an argument');
    expect(stdout + stderr).not.toContain(SECRET);
  });

  const QUOTED = `quoted' is invalid. ${SECRET}`;
  const MADE_OF_WORDS = 'all-of-lower-case-words-and-dashes-too';

  test.each<[string, string[], string]>([
    ['after an option that is misspelt', [...configAdd(), `--sekret=${SECRET}`], '--sekret'],
    ['after a misspelt option, as the next argument', [...configAdd(), '--sekret', SECRET], '--sekret'],
    ['as an argument too many', [...configAdd(), SECRET], 'takes none'],
    [
      'as one more argument than there are',
      ['config', 'set-trunk', CONFIG, 'ST_example', SECRET, '--operator'],
      'takes 2',
    ],
    ['directly after a short option', [...configAdd(), `-s${SECRET}`], "begins with '-'"],
    ['directly after two dashes', [...configAdd(), `--${SECRET}`], "begins with '-'"],
    ['as a command', [SECRET], 'Unknown command'],
    ['as a verb', ['config', SECRET], 'Unknown command'],
    ['as the trunk', configAdd({ '--trunk': SECRET }), '--trunk'],
    ['as the trunk, with a quote in it', configAdd({ '--trunk': QUOTED }), '--trunk'],
    ['as the URL', configAdd({ '--url': SECRET }), '--url'],
    ['as the dial mode', configAdd({ '--dial-mode': SECRET }), '--dial-mode'],
    ['as the tenant', configAdd({ '--tenant': SECRET }), '--tenant'],
    ['as an argument', ['config', 'set-trunk', SECRET, 'ST_example', '--operator'], 'config id'],
    ['as an argument, with a quote in it', ['config', 'set-trunk', CONFIG, QUOTED, '--operator'], 'trunk id'],
    ['as a path', [...configAdd(), '--secret-file', SECRET], 'secret file'],
    ['as the path of a template', [...configAdd(), '--job-metadata-template', SECRET], 'template'],
    ['as a command made of words', [MADE_OF_WORDS], 'Unknown command'],
  ])('is not repeated %s, and the message says what is wrong', async (_, argv, named) => {
    for (const more of [[], ['--json']]) {
      const { exitCode, stdout, stderr } = await run([...argv.slice(0, 2), ...more, ...argv.slice(2)], { env });
      expect({ exitCode, printed: stdout + stderr }).toEqual({ exitCode: 2, printed: expect.stringContaining(named) });
      expect(stdout + stderr).not.toContain(SECRET);
      expect(stdout + stderr).not.toContain(MADE_OF_WORDS);
    }
  });

  test("commander's own words would repeat it", async () => {
    const program = createProgram(() => async () => {});
    const silent = (command: typeof program): void => {
      command.exitOverride().configureOutput({ writeErr: () => {} });
      command.commands.forEach(silent);
    };
    silent(program);
    await expect(program.parseAsync([...configAdd(), SECRET], { from: 'user' })).rejects.toThrow(SECRET);
  });

  test.each([
    ['is empty', ''],
    ['is only a line end', '\n'],
    ['is shorter than 32 characters', 'example-short-secret'],
    ['is longer than 256 characters', 'x'.repeat(257)],
    ['holds white space', 'example secret with spaces that is long'],
    ['holds a second line', `${SECRET}\n${SECRET}\n`],
    ['holds characters outside ASCII', 'exämple-secret-of-more-than-32-characters'],
  ])('of the wrong shape is refused and not repeated: it %s', async (_, secret) => {
    for (const ran of [
      await run([...configAdd(), '--secret-file', await file(secret)], { env }),
      await run([...configAdd(), '--secret-stdin'], { env, stdin: secret }),
    ]) {
      expect(ran.exitCode).toBe(2);
      expect(ran.stderr).toMatch(/does not have the shape/);
      if (secret.trim() !== '') expect(ran.stdout + ran.stderr).not.toContain(secret.trim());
    }
  });

  test('from a file that is not there is a usage error', async () => {
    const { exitCode, stderr } = await run([...configAdd(), '--secret-file', join(folder, 'none')], { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringMatching(/ENOENT/) });
  });

  test.each([
    [
      'a pipe that nobody writes to',
      'regular file',
      async () => {
        const path = join(folder, 'pipe');
        execFileSync('mkfifo', [path]);
        return path;
      },
    ],
    ['a device without end', 'regular file', async () => '/dev/zero'],
    ['a folder', 'regular file', async () => folder],
    [
      'a file of a gigabyte',
      'more than',
      async () => {
        const path = await file('');
        await truncate(path, 2 ** 30);
        return path;
      },
    ],
  ])('is not read from %s, nor is a template or metadata', async (_, problem, arrange) => {
    const path = await arrange();
    const call = [
      'call',
      'test',
      '--from',
      '2125550100',
      '--to',
      '+12125550199',
      '--agent',
      'a',
      '--tenant',
      TENANT,
      '--metadata',
      path,
    ];
    for (const argv of [
      [...configAdd(), '--secret-file', path],
      [...configAdd(), '--job-metadata-template', path],
      call,
    ]) {
      const { exitCode, stderr } = await run(argv, { env });
      expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(problem) });
    }
    await rm(join(folder, 'pipe'), { force: true });
  });

  test('of the right shape gets as far as the database', async () => {
    const { exitCode } = await run([...configAdd(), '--secret-file', await file(`${SECRET}\r\n`)], { env });
    expect(exitCode).toBe(3);
  });
});

describe('a job metadata template', () => {
  test.each([
    ['is no JSON', '{', /not JSON/],
    ['is an array', '[]', /not a JSON object/],
    ['has an unknown placeholder', '{"a": "{{phone}}"}', /unknown placeholders: phone/],
    ['holds NUL, which PostgreSQL cannot store', '{"a": "\\u0000"}', /NUL/],
    ['holds half a character', '{"a": "\\ud800"}', /broken character/],
  ])('is refused when it %s', async (_, template, message) => {
    const { exitCode, stderr } = await run([...configAdd(), '--job-metadata-template', await file(template)], { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringMatching(message) });
  });

  test('may hold a backslash and the digits of NUL as text', async () => {
    const path = await file('{"a": "\\\\u0000 {{to_number}}"}');
    const { stderr } = await run([...configAdd(), '--job-metadata-template', path], { env });
    expect(stderr).toMatch(/API secret is missing/);
  });
});

describe('help', () => {
  const leavesOf = (command: Command, path: readonly string[]): string[][] =>
    command.commands.length === 0
      ? [[...path, command.name()]]
      : command.commands.flatMap((inner) => leavesOf(inner, [...path, command.name()]));
  const leaves = createProgram(() => async () => {}).commands.flatMap((noun) => leavesOf(noun, []));

  test.each(leaves.map((words) => [words.join(' '), words] as const))(
    'of %s has an example and ends with exit code 0',
    async (command, words) => {
      const { exitCode, stdout } = await run([...words, '--help']);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`dialplane ${command}`);
      expect(stdout).toMatch(/Examples:/);
      expect(stdout).toContain('--json');
    },
  );

  test('is one JSON document with --json', async () => {
    const { exitCode, json } = await run(['number', '--help', '--json']);
    expect(exitCode).toBe(0);
    expect(json()).toEqual({ help: expect.stringContaining('number') });
  });
});
