import { describe, expect, test } from '@jest/globals';

import { callerConflict, parseSnapshotVersion, readRouteRequest } from '../src/index.ts';
import type { WrittenRouteRequest } from '../src/index.ts';
import { CALLER_CONFLICT } from '../src/read-route-request.ts';

const USER = '2abcdef0-0000-4000-8000-000000000000';
const WRITTEN: WrittenRouteRequest = {
  initiatedBy: USER,
  tenantId: '',
  fromNumber: '2125550100',
  toNumber: '+12125550199',
  agentId: 'agent-7',
  purpose: 'PURPOSE_UNSPECIFIED',
  routingKey: '',
};

test('a well-formed request is read, with its UUIDs in small letters', () => {
  expect(readRouteRequest({ ...WRITTEN, initiatedBy: USER.toUpperCase() })).toEqual({
    kind: 'ok',
    request: {
      initiatedBy: USER,
      tenantId: undefined,
      fromNumber: '2125550100',
      toNumber: '+12125550199',
      agentId: 'agent-7',
      purpose: undefined,
      routingKey: '2125550100 +12125550199',
    },
  });
});

test.each([
  ['PURPOSE_TRANSACTIONAL', 'transactional'],
  ['PURPOSE_SERVICE', 'service'],
  ['PURPOSE_PROMOTIONAL', 'promotional'],
  ['PURPOSE_UNSPECIFIED', undefined],
  ['UNRECOGNIZED', undefined],
  ['constructor', undefined],
])('the purpose %s is read as %s', (purpose, expected) => {
  const reading = readRouteRequest({ ...WRITTEN, purpose });
  expect(reading.kind === 'ok' && reading.request.purpose).toBe(expected);
});

test('a routing key is taken as it is', () => {
  const reading = readRouteRequest({ ...WRITTEN, routingKey: 'order 7' });
  expect(reading.kind === 'ok' && reading.request.routingKey).toBe('order 7');
});

test.each<[string, Partial<WrittenRouteRequest>]>([
  ['without an agent', { agentId: '' }],
  ['by a tenant alone', { initiatedBy: '', tenantId: USER }],
  ['by both', { tenantId: USER }],
  ['with an agent id of 128 characters', { agentId: '~'.repeat(128) }],
  ['with a routing key of 255 characters', { routingKey: '~'.repeat(255) }],
])('a request %s is well formed', (_, change) => {
  expect(readRouteRequest({ ...WRITTEN, ...change }).kind).toBe('ok');
});

describe('a malformed field is named, and what it held is not repeated', () => {
  test.each<[string, Partial<WrittenRouteRequest>, string[]]>([
    ['nobody', { initiatedBy: '' }, ['initiated_by']],
    ['a user who is no UUID', { initiatedBy: 'evil' }, ['initiated_by']],
    ['a tenant that is no UUID', { initiatedBy: '', tenantId: 'evil' }, ['tenant_id']],
    ['both no UUIDs', { initiatedBy: 'evil', tenantId: 'evil' }, ['initiated_by', 'tenant_id']],
    ['no from-number', { fromNumber: '' }, ['from_number']],
    ['a from-number with a header in it', { fromNumber: '+12125550100\r\nevil: 1' }, ['from_number']],
    ['no to-number', { toNumber: '' }, ['to_number']],
    ['a to-number without its plus', { toNumber: '12125550199' }, ['to_number']],
    ['a to-number with a host', { toNumber: '+12125550199@evil' }, ['to_number']],
    ['a to-number with an extension', { toNumber: '+12125550199;ext=evil' }, ['to_number']],
    ['a to-number in Arabic digits', { toNumber: '+٩٧١٥٠٠٠٠٠٠٠' }, ['to_number']],
    ['a to-number of sixteen digits', { toNumber: '+1234567890123456' }, ['to_number']],
    ['an agent id with a space', { agentId: 'evil agent' }, ['agent_id']],
    ['an agent id with a NUL', { agentId: 'evil\u0000' }, ['agent_id']],
    ['an agent id of 129 characters', { agentId: 'e'.repeat(129) }, ['agent_id']],
    ['an agent id beyond ASCII', { agentId: 'évil' }, ['agent_id']],
    ['a routing key of 256 characters', { routingKey: 'evil'.repeat(64) }, ['routing_key']],
    ['a routing key with a newline', { routingKey: 'evil\n' }, ['routing_key']],
    ['a routing key beyond ASCII', { routingKey: 'évil' }, ['routing_key']],
    [
      'everything',
      {
        initiatedBy: 'evil',
        tenantId: 'evil',
        fromNumber: 'evil',
        toNumber: 'evil',
        agentId: 'evil ',
        routingKey: 'evil\t',
      },
      ['initiated_by', 'tenant_id', 'from_number', 'to_number', 'agent_id', 'routing_key'],
    ],
  ])('%s', (_, change, fields) => {
    const reading = readRouteRequest({ ...WRITTEN, ...change });
    expect(reading.kind === 'malformed' && reading.problems.map(({ field }) => field)).toEqual(fields);
    expect(JSON.stringify(reading)).not.toContain('evil');
  });
});

test.each<[string, ReturnType<typeof parseSnapshotVersion>]>([
  ['epoch.0', { epoch: 'epoch', version: 0 }],
  ['11111111-1111-4111-8111-111111111111.42', { epoch: '11111111-1111-4111-8111-111111111111', version: 42 }],
  ['e.999999999999999', { epoch: 'e', version: 999_999_999_999_999 }],
  ['', undefined],
  ['42', undefined],
  ['.42', undefined],
  ['epoch.', undefined],
  ['epoch.-1', undefined],
  ['epoch.1.2', undefined],
  ['epoch.1e3', undefined],
  ['epoch.٤٢', undefined],
  ['epoch.1\n', undefined],
  ['epoch.1000000000000000', undefined],
])('the snapshot version %j is read', (text, expected) => {
  expect(parseSnapshotVersion(text)).toEqual(expected);
});

test.each([
  ['the tenant of the user', USER, 'tenant-1', undefined],
  ['another', USER, 'tenant-2', CALLER_CONFLICT],
  ['any, and a user whom nobody knows', 'nobody', 'tenant-2', undefined],
  ['any, and no user', undefined, 'tenant-2', undefined],
  ['none', USER, undefined, undefined],
])('a request that names %s', (_, initiatedBy, tenantId, expected) => {
  const view = { tenantIdOfUser: (user: string) => (user === USER ? 'tenant-1' : undefined) };
  expect(callerConflict(view, { initiatedBy, tenantId })).toBe(expected);
});
