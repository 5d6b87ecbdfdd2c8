import { expect, test } from '@jest/globals';
import { pino } from 'pino';

import { createLogger, DEFAULT_LOG_LEVEL } from '../src/index.ts';
import type { Logger } from '../src/index.ts';

// Made up: the shape of a JSON Web Token without being one.
const JWT = ['eyJhbGciOiJub25lIn0', 'eyJzdWIiOiJub2JvZHkifQ', 'c2lnbmF0dXJl'].join('.');

function capture(level?: string) {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): number => lines.push(JSON.parse(line) as Record<string, unknown>);
  return { lines, destination: { write }, logger: createLogger({ service: 'router', level, destination: { write } }) };
}

test('writes one JSON object a line with level, time, service and message', () => {
  const { lines, logger } = capture();
  logger.info({ room: 'call-00ff' }, 'ready');
  expect(lines).toEqual([
    { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), service: 'router', room: 'call-00ff', msg: 'ready' },
  ]);
});

test(`logs from ${DEFAULT_LOG_LEVEL} on unless told otherwise`, () => {
  const { lines, logger } = capture();
  logger.debug('no');
  logger.info('yes');
  expect(lines.map(({ msg }) => msg)).toEqual(['yes']);
});

test('refuses a level that does not exist and names those that do', () => {
  expect(() => createLogger({ service: 'router', level: 'loud' })).toThrow(/"loud".*LOG_LEVEL.*trace, debug, info/);
});

/** Every way by which a value gets into a line. */
const WAYS: readonly (readonly [string, (logger: Logger, number: string, token: string) => void])[] = [
  ['the object', (logger, toNumber, token) => logger.warn({ toNumber, request: { token } }, 'x')],
  ['the message', (logger, number, token) => logger.warn(`${number} ${token}`)],
  ['what is put into the message', (logger, number, token) => logger.warn('%s and %o', number, { token })],
  ['an error alone', (logger, number, token) => logger.error(new Error(`${number} ${token}`))],
  ['an error with a message', (logger, number, token) => logger.error(new Error(token), `for ${number}`)],
  [
    'an error as a field',
    (logger, number, token) => logger.error({ err: new Error(number, { cause: new Error(token) }) }, 'x'),
  ],
  ["a grandchild's fields", (logger, toNumber, token) => logger.child({ a: 1 }).child({ toNumber, token }).warn('x')],
  ["a child's fields", (logger, toNumber, token) => logger.child({ toNumber, token }).warn('x')],
];

test.each(WAYS)('redacts %s', (_name, log) => {
  const { lines, logger } = capture();
  log(logger, '+12125550100', JWT);
  const logged = JSON.stringify(lines);
  expect(lines).toHaveLength(1);
  expect(logged).not.toContain('+12125550100');
  expect(logged).not.toContain(JWT);
});

test.each(WAYS)('twin: a logger without redaction shows %s', (_name, log) => {
  const lines: string[] = [];
  log(pino({}, { write: (line) => lines.push(line) }), '+12125550100', JWT);
  expect(lines.join()).toContain('+12125550100');
  expect(lines.join()).toContain(JWT);
});

test('keeps the message and the stack of an error that is logged alone', () => {
  const { lines, logger } = capture();
  logger.error(new Error('out of rooms'));
  expect(lines[0]).toMatchObject({
    msg: 'out of rooms',
    err: { type: 'Error', message: 'out of rooms', stack: expect.stringContaining('Error: out of rooms') },
  });
});

test('survives an object that cannot be read', () => {
  const { lines, logger } = capture();
  logger.info(
    {
      get trap(): string {
        throw new Error('trap');
      },
    },
    'still here',
  );
  expect(lines[0]).toMatchObject({ unreadable: true, msg: 'still here' });
});
