import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from '@jest/globals';

import { readOptions } from '../src/read-options.ts';

const GIVEN = ['--upstream', 'http://127.0.0.1:7880', '--api-key', 'APIexample', '--api-secret', 'not-a-secret'];

test('a command line', () => {
  const more = ['--trunk', 'ST_one', '--trunk', 'ST_two', '--listen', '127.0.0.1:7881', '--rings', 'rings.jsonl'];
  expect(readOptions([...GIVEN, ...more, '--join'])).toEqual({
    upstream: 'http://127.0.0.1:7880',
    apiKey: 'APIexample',
    apiSecret: 'not-a-secret',
    trunks: ['ST_one', 'ST_two'],
    listen: { host: '127.0.0.1', port: 7881 },
    control: { host: '127.0.0.1', port: 0 },
    join: true,
    ringsFile: 'rings.jsonl',
  });
  expect(readOptions(['--help'])).toBe('help');
});

describe('what is wrong is said', () => {
  test.each([
    ['no server', [], /--upstream is missing/],
    ['no secret', GIVEN.slice(0, 4), /--api-secret is missing/],
    ['an empty secret', [...GIVEN, '--api-secret', ''], /--api-secret is missing/],
    ['a server by ws', [...GIVEN, '--upstream', 'ws://127.0.0.1:7880'], /--upstream is not http/],
    ['a server that is no URL', [...GIVEN, '--upstream', 'localhost'], /--upstream is not http/],
    ['a trunk’s name', [...GIVEN, '--trunk', 'one'], /--trunk "one" does not look like ST_example/],
    ['another address than loopback', [...GIVEN, '--listen', '0.0.0.0:80'], /--listen is not 127\.0\.0\.1/],
    ['a port that there is not', [...GIVEN, '--control', '127.0.0.1:70000'], /--control is not 127\.0\.0\.1/],
    ['a webhook to nowhere', [...GIVEN, '--webhook-url', 'example.com'], /--webhook-url is not a URL/],
    ['webhooks beside LiveKit’s', [...GIVEN, '--join', '--webhook-url', 'http://127.0.0.1'], /does not go with --join/],
    ['an option that there is not', [...GIVEN, '--ring'], /--ring/],
  ])('%s', (_, args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});

test('the command ends with the error, the usage and code 2', () => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const { status, stderr, stdout } = spawnSync(process.execPath, ['--no-warnings', main, ...GIVEN.slice(0, 4)]);
  expect(status).toBe(2);
  expect(String(stderr)).toMatch(/^--api-secret is missing\.\n\nnode tools\/carrier-simulator/);
  expect(String(stdout)).toBe('');
});
