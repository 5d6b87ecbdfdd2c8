import { describe, expect, test } from '@jest/globals';

import { readRules } from '../src/index.ts';

const CONFIG = '33333333-3333-4333-8333-333333333333';

test.each([
  ['an empty object', {}, undefined],
  ['SQL NULL', undefined, undefined],
  ['JSON null', null, undefined],
  ['the form that is valid for ever', { livekit_config: CONFIG }, CONFIG],
  [
    'a UUID in capitals',
    { livekit_config: 'ABCDEF00-3333-4333-8333-333333333333' },
    'abcdef00-3333-4333-8333-333333333333',
  ],
  ['livekit_config null', { livekit_config: null }, undefined],
  ["other people's keys", { livekit_config: CONFIG, provider_notes: [1, { a: 2 }], '': 0 }, CONFIG],
  ['a key in other letters, which is another key', { LiveKit_Config: CONFIG }, undefined],
  ['a __proto__ key', JSON.parse(`{"__proto__": {"livekit_config": "${CONFIG}"}}`) as object, undefined],
])('%s is read', (_, json, livekitConfigId) => {
  expect(readRules(json)).toEqual({ kind: 'ok', value: expect.objectContaining({ livekitConfigId }) as unknown });
});

describe('malformed rules', () => {
  test.each([
    ['an array', [], /^rules: /],
    ['an array with the right thing in it', [{ livekit_config: CONFIG }], /^rules: /],
    ['a string', 'livekit_config', /^rules: /],
    ['a string that holds JSON', JSON.stringify({ livekit_config: CONFIG }), /^rules: /],
    ['a number', 7, /^rules: /],
    ['true', true, /^rules: /],
    ['a config that is no UUID', { livekit_config: 'main' }, /^rules\.livekit_config: is not a UUID$/],
    ['an empty config', { livekit_config: '' }, /^rules\.livekit_config: is not a UUID$/],
    ['a UUID with a line feed', { livekit_config: `${CONFIG}\n` }, /^rules\.livekit_config: is not a UUID$/],
    ['a UUID in braces', { livekit_config: `{${CONFIG}}` }, /^rules\.livekit_config: is not a UUID$/],
    [
      'a UUID in full-width digits',
      { livekit_config: CONFIG.replaceAll('3', '３') },
      /^rules\.livekit_config: is not a UUID$/,
    ],
    ['a config that is an object', { livekit_config: { id: CONFIG } }, /^rules\.livekit_config: /],
    ['a list of configs', { livekit_config: [CONFIG] }, /^rules\.livekit_config: /],
    ['a config that is a number', { livekit_config: 3 }, /^rules\.livekit_config: /],
  ])('%s has a problem that names its place', (_, json, problem) => {
    expect(readRules(json)).toEqual({ kind: 'problem', problem: expect.stringMatching(problem) as unknown });
  });

  test('a problem does not repeat what it found', () => {
    expect(JSON.stringify(readRules({ livekit_config: 'a-secret-in-the-wrong-place' }))).not.toContain('a-secret');
  });
});
