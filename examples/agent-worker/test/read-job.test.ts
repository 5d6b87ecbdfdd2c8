import { expect, test } from '@jest/globals';

import { readJob } from '../src/read-job.ts';

const metadata = {
  version: 1,
  call_log_id: '0b5f0f0e-0000-4000-8000-000000000001',
  attempt: 1,
  tenant_id: '11111111-1111-4111-8111-111111111111',
  agent_id: 'agent-7',
  from_number: '+12125550100',
  to_number: '+12125550123',
  sip_trunk_id: 'ST_example',
  dial_number: '0012125550123',
  caller_id: '12125550100',
  sip_headers: { 'X-Campaign': 'spring' },
  ringing_timeout_seconds: 30,
  max_duration_seconds: 3600,
  metadata: { campaign: 'spring' },
};

test('a job of version 1 says whom to dial', () => {
  expect(readJob(JSON.stringify(metadata))).toEqual({
    kind: 'legacy',
    dial: {
      call_log_id: metadata.call_log_id,
      attempt: 1,
      sip_trunk_id: 'ST_example',
      from_number: '+12125550100',
      to_number: '+12125550123',
      dial_number: '0012125550123',
      caller_id: '12125550100',
      sip_headers: { 'X-Campaign': 'spring' },
      ringing_timeout_seconds: 30,
      max_duration_seconds: 3600,
    },
  });
});

test('a job of before there were carrier rules is dialled in E.164', () => {
  const before = { ...metadata, dial_number: undefined, caller_id: undefined, sip_headers: undefined };
  expect(readJob(JSON.stringify(before))).toMatchObject({
    dial: { dial_number: metadata.to_number, caller_id: metadata.from_number, sip_headers: {} },
  });
});

test('fields that this version does not know are left alone', () => {
  expect(readJob(JSON.stringify({ ...metadata, added_later: true })).kind).toBe('legacy');
});

const permitted = {
  ...metadata,
  dial_mode: 'claiming',
  agent_calls_address: '127.0.0.1:50063',
  agent_calls_token: 'a.b.c',
  callee_identity: 'callee-0b5f0f0e000040008000000000000001',
};

test.each(['dispatcher', 'claiming'])('a job of the dial mode %s says where to ask', (dial_mode) => {
  expect(readJob(JSON.stringify({ ...permitted, dial_mode }))).toMatchObject({
    kind: dial_mode,
    call: {
      dial: { to_number: metadata.to_number },
      calleeIdentity: permitted.callee_identity,
      address: '127.0.0.1:50063',
      token: 'a.b.c',
    },
  });
});

test('a job of the dial mode legacy is dialled as ever', () => {
  const legacy = { ...permitted, dial_mode: 'legacy', agent_calls_address: '', agent_calls_token: '' };
  expect(readJob(JSON.stringify(legacy))).toEqual(readJob(JSON.stringify(metadata)));
});

test('a probe is told from a call, and names nobody to dial even if it does', () => {
  expect(readJob(JSON.stringify({ version: 1, purpose: 'probe' }))).toEqual({ kind: 'probe' });
  expect(readJob(JSON.stringify({ ...metadata, purpose: 'probe' }))).toEqual({ kind: 'probe' });
});

test.each([
  ['not JSON', 'call +12125550123'],
  ['empty', ''],
  ['JSON, but no object', '"call"'],
  ['null', 'null'],
  ['of a later version', JSON.stringify({ ...metadata, version: 2 })],
  ['of no version', JSON.stringify({ ...metadata, version: undefined })],
  ['of a version in text', JSON.stringify({ ...metadata, version: '1' })],
  ['without a trunk', JSON.stringify({ ...metadata, sip_trunk_id: '' })],
  ['without a caller id', JSON.stringify({ ...metadata, from_number: undefined })],
  ['with a caller id that is no number', JSON.stringify({ ...metadata, caller_id: 'anonymous' })],
  ['with a dial number that is no number', JSON.stringify({ ...metadata, dial_number: 'sip:x@example.com' })],
  ['with headers that are a list', JSON.stringify({ ...metadata, sip_headers: ['X-Campaign'] })],
  ['with a header that is no text', JSON.stringify({ ...metadata, sip_headers: { 'X-Campaign': 7 } })],
  ['with a callee that is no E.164', JSON.stringify({ ...metadata, to_number: '+12125550123;ext=1' })],
  ['of a dial mode that is not known', JSON.stringify({ ...permitted, dial_mode: 'predictive' })],
  ['without an address to ask', JSON.stringify({ ...permitted, agent_calls_address: '' })],
  ['without a token', JSON.stringify({ ...permitted, agent_calls_token: undefined })],
  ["without the callee's identity", JSON.stringify({ ...permitted, callee_identity: undefined })],
])('metadata that is %s is refused', (_, text) => {
  expect(readJob(text).kind).toBe('unreadable');
});
