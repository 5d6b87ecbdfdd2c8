import { describe, expect, test } from '@jest/globals';

import { readSipCodes, SIP_CODE_REASONS } from '../src/index.ts';

test.each([[null], [undefined], [{}]])('%j is none', (json) => {
  expect(readSipCodes(json)).toEqual({ kind: 'ok', value: {} });
});

test('every reason may be meant by any code from 300 to 699', () => {
  const json = Object.fromEntries(SIP_CODE_REASONS.map((reason, index) => [String(300 + index * 57), reason]));
  expect(readSipCodes({ ...json, 699: 'busy' })).toEqual({ kind: 'ok', value: { ...json, 699: 'busy' } });
});

describe('a problem is told with its place', () => {
  test.each<[string, unknown, string]>([
    ['a reason that there is not', { '480': 'bussy' }, `sip_codes["480"]: is none of ${SIP_CODE_REASONS.join(', ')}`],
    [
      'a reason that no carrier gives',
      { '480': 'agent_lost' },
      `sip_codes["480"]: is none of ${SIP_CODE_REASONS.join(', ')}`,
    ],
    ['a code of success', { '200': 'busy' }, 'sip_codes["200"]: is not a SIP code of a call that failed, 300 to 699'],
    ['no code', { busy: 'busy' }, 'sip_codes.busy: is not a SIP code of a call that failed, 300 to 699'],
    [
      'a code as an object has it',
      { '480': { reason: 'busy' } },
      `sip_codes["480"]: is none of ${SIP_CODE_REASONS.join(', ')}`,
    ],
    ['a list', ['busy'], 'sip_codes: is not an object'],
    ['text', '480=busy', 'sip_codes: is not an object'],
    ['a prototype', JSON.parse('{"__proto__": "busy"}'), 'sip_codes.__proto__: is not a name'],
  ])('%s', (_, json, problem) => {
    expect(readSipCodes(json)).toEqual({ kind: 'problem', problem });
  });
});
