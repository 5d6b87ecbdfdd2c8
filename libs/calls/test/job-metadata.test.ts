import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { fillTemplate, jobMetadata, templateProblem } from '../src/index.ts';
import type { JobMetadata } from '../src/index.ts';
import { exampleAttempt, exampleCall, exampleTarget } from '../src/testing/index.ts';

const ATTEMPT = exampleAttempt({
  number: 2,
  target: exampleTarget({ sipTrunkId: 'ST_second', sipHeaders: { 'X-Campaign': 'spring' } }),
  room: 'call-44444444444444448444444444444444-0a1b2c3d',
});
const CALL = exampleCall({
  id: '44444444-4444-4444-8444-444444444444',
  initiatedBy: '22222222-2222-4222-8222-222222222222',
  targets: [{ ...ATTEMPT.target, sipTrunkId: 'ST_first' }, ATTEMPT.target],
  metadata: { lead: '12', tags: ['a', 'b'] },
  maxDurationSeconds: 3600,
});
const ACCESS = { address: '127.0.0.1:50063', token: 'header.payload.signature' };
const TOLD = jobMetadata(CALL, ATTEMPT, ACCESS);

test('the agent is told this and nothing else, of the target that is tried now', () => {
  expect(TOLD).toEqual({
    version: 1,
    call_log_id: '44444444-4444-4444-8444-444444444444',
    attempt: 2,
    tenant_id: '11111111-1111-4111-8111-111111111111',
    agent_id: 'agent-7',
    from_number: '+12125550100',
    to_number: '+12125550199',
    sip_trunk_id: 'ST_second',
    dial_number: '0012125550199',
    caller_id: '12125550100',
    sip_headers: { 'X-Campaign': 'spring' },
    ringing_timeout_seconds: 30,
    max_duration_seconds: 3600,
    dial_mode: 'claiming',
    agent_calls_address: '127.0.0.1:50063',
    agent_calls_token: 'header.payload.signature',
    callee_identity: 'callee-44444444444444448444444444444444',
    metadata: { lead: '12', tags: ['a', 'b'] },
  });
});

test('an agent of the dial mode legacy has nobody to ask', () => {
  const legacy = jobMetadata(CALL, { ...ATTEMPT, dialMode: 'legacy' }, { address: '', token: '' });
  expect(legacy).toMatchObject({ dial_mode: 'legacy', agent_calls_address: '', agent_calls_token: '' });
});

describe('a template', () => {
  test.each<[string, unknown, unknown]>([
    [
      'with a placeholder alone takes over its type',
      { n: '{{attempt}}', m: '{{metadata}}', t: '{{to_number}}' },
      { n: 2, m: CALL.metadata, t: '+12125550199' },
    ],
    [
      'with a placeholder in a text takes over text',
      { line: 'try {{attempt}} for {{to_number}}' },
      { line: 'try 2 for +12125550199' },
    ],
    [
      'with an object in a text takes over its JSON',
      { line: 'm={{metadata}}' },
      { line: 'm={"lead":"12","tags":["a","b"]}' },
    ],
    [
      'may hand on what an agent asks with',
      {
        mode: '{{dial_mode}}',
        ask: ['{{agent_calls_address}}', '{{agent_calls_token}}'],
        callee: '{{callee_identity}}',
      },
      { mode: 'claiming', ask: [ACCESS.address, ACCESS.token], callee: 'callee-44444444444444448444444444444444' },
    ],
    ['may have spaces inside its placeholders', { to: '{{  to_number }}' }, { to: '+12125550199' }],
    ['with spaces around its placeholder is a text', { n: ' {{attempt}}' }, { n: ' 2' }],
    [
      'is filled in at every depth',
      { a: [{ b: ['{{call_log_id}}'] }] },
      { a: [{ b: ['44444444-4444-4444-8444-444444444444'] }] },
    ],
    ['keeps what is no text', { a: 1, b: null, c: true, d: 1.5 }, { a: 1, b: null, c: true, d: 1.5 }],
    ['may do without placeholders', { a: 'plain { text }' }, { a: 'plain { text }' }],
    ['may hold JSON in a text', { a: '{"b":{"c":1}}' }, { a: '{"b":{"c":1}}' }],
    ['may be empty', {}, {}],
  ])('%s', (_, template, filled) => {
    expect(templateProblem(template)).toBeUndefined();
    expect(fillTemplate(template, TOLD)).toEqual(filled);
  });

  test.each<[string, unknown, string]>([
    ['an array', [], 'not a JSON object'],
    ['a text', '{{to_number}}', 'not a JSON object'],
    ['null', null, 'not a JSON object'],
    ['a number', 7, 'not a JSON object'],
    ['an unknown placeholder', { a: '{{api_secret}}' }, 'unknown placeholders: api_secret'],
    ['an unknown placeholder at depth', { a: [{ b: 'x {{secret}}' }] }, 'unknown placeholders: secret'],
    ['an empty placeholder', { a: '{{}}' }, 'unknown placeholders'],
    ['a placeholder in other letters', { a: '{{To_Number}}' }, 'unknown placeholders: To_Number'],
    ['a path', { a: '{{metadata.lead}}' }, 'unknown placeholders: metadata.lead'],
    ["an object's own machinery", { a: '{{constructor}}' }, 'unknown placeholders: constructor'],
    ['the prototype', { a: '{{__proto__}}' }, 'unknown placeholders: __proto__'],
    ['a placeholder within a placeholder', { a: '{{ {{to_number}} }}' }, 'not closed'],
    ['a placeholder that is not closed', { a: 'x {{to_number' }, 'not closed'],
    ['a placeholder closed by one brace', { a: '{{to_number}' }, 'not closed'],
    ['a placeholder in a key', { '{{to_number}}': 1 }, 'in a key'],
    ['a placeholder in a key at depth', { a: [{ 'x{{to_number}}': 1 }] }, 'in a key'],
    ['8193 characters', { a: 'x'.repeat(8193 - '{"a":""}'.length) }, 'longer than 8192'],
  ])('is refused with %s', (_, template, problem) => {
    expect(templateProblem(template)).toContain(problem);
  });

  test('may have 8192 characters', () => {
    expect(templateProblem({ a: 'x'.repeat(8192 - '{"a":""}'.length) })).toBeUndefined();
  });

  test('with a __proto__ key gives an object that has that key, and changes no prototype', () => {
    const template = JSON.parse('{"__proto__": {"polluted": "{{to_number}}"}, "a": 1}') as object;
    expect(templateProblem(template)).toBeUndefined();
    const filled = fillTemplate(template, TOLD) as object;
    expect(JSON.stringify(filled)).toBe('{"__proto__":{"polluted":"+12125550199"},"a":1}');
    expect(Object.getPrototypeOf(filled)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('that nobody checked keeps the placeholders that nobody knows', () => {
    const template = { a: '{{constructor}}', b: 'x {{api_secret}} {{to_number}}' };
    expect(fillTemplate(template, TOLD)).toEqual({ a: '{{constructor}}', b: 'x {{api_secret}} +12125550199' });
  });

  test('is checked at once however hostile it is', () => {
    expect(templateProblem({ a: `{{${' '.repeat(8000)}x` })).toContain('not closed');
    expect(templateProblem({ a: '{{'.repeat(4000) })).toContain('not closed');
    const deep = JSON.parse('{"a":'.repeat(1300) + '"{{x}}"' + '}'.repeat(1300)) as object;
    expect(templateProblem(deep)).toContain('nested more than 32 levels');
    expect(templateProblem({ a: '{{metadata}}', b: ['{{metadata}}'] })).toContain('more than once');
  });
});

describe('what is filled in', () => {
  const hostile = ['{{tenant_id}}', '{{metadata}}', '$&', "$'", '$1', '{{', '}}', '"', '\\', '\u0000', '{{to_number'];

  test.each(hostile)('is never read as a template: %j', (value) => {
    const told: JobMetadata = { ...TOLD, agent_id: value, metadata: { note: value } };
    expect(
      fillTemplate(
        { a: '{{agent_id}}', b: '<{{agent_id}}|{{to_number}}>', c: '{{metadata}}', d: '{{metadata}}!' },
        told,
      ),
    ).toEqual({
      a: value,
      b: `<${value}|+12125550199>`,
      c: { note: value },
      d: `${JSON.stringify({ note: value })}!`,
    });
  });

  test('always makes JSON that reads back as what was meant', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (metadata, agentId) => {
        const told = {
          ...TOLD,
          agent_id: agentId,
          metadata: JSON.parse(JSON.stringify(metadata)) as JobMetadata['metadata'],
        };
        const filled = JSON.parse(
          JSON.stringify(fillTemplate({ m: '{{metadata}}', s: '{{agent_id}}' }, told)),
        ) as unknown;
        expect(filled).toEqual({ m: told.metadata, s: agentId });
      }),
    );
  });
});
