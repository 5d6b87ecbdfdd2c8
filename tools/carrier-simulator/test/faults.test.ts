import { describe, expect, test } from '@jest/globals';

import { createFaultyHop } from '../src/faults.ts';
import type { Fault } from '../src/faults.ts';
import type { HttpRequest } from '../src/http-message.ts';
import { readFaults } from '../src/read-faults.ts';
import { jsonReply } from '../src/twirp.ts';

/** Which of 200 requests a fault spoilt. */
async function spoilt(faults: readonly Fault[], path = '/twirp/livekit.SIP/CreateSIPParticipant'): Promise<boolean[]> {
  const hop = createFaultyHop(new AbortController().signal);
  hop.set(faults);
  const request: HttpRequest = { method: 'POST', path, headers: {}, body: Buffer.alloc(0) };
  const answers = [];
  for (let i = 0; i < 200; i++) answers.push(await hop.serve(request, async () => jsonReply(200, {})));
  return answers.map((answer) => answer === 'reset');
}

const RESET: Fault = { kind: 'reset_before', probability: 0.25, seed: 3 };

test('the same seed spoils the same requests, another seed others', async () => {
  const first = await spoilt([RESET]);
  expect(await spoilt([RESET])).toEqual(first);
  expect(await spoilt([{ ...RESET, seed: 4 }])).not.toEqual(first);
  const share = first.filter(Boolean).length / first.length;
  expect(share).toBeGreaterThan(0.15);
  expect(share).toBeLessThan(0.35);
});

test('a fault of one path leaves others alone, and never and always are what they say', async () => {
  expect(await spoilt([{ ...RESET, path: 'CreateRoom', probability: 1 }])).not.toContain(true);
  expect(await spoilt([{ ...RESET, probability: 0 }])).not.toContain(true);
  expect(await spoilt([{ ...RESET, probability: 1, path: 'CreateSIP' }])).not.toContain(false);
});

describe('faults that cannot be read are refused', () => {
  test.each([
    ['no list', {}, /JSON array/],
    ['no object', [1], /Fault 0: it is a JSON object/],
    ['a kind that there is not', [{ kind: 'flood', probability: 1 }], /Fault 0: kind is one of/],
    ['no probability', [{ kind: 'replay' }], /probability is a number from 0 to 1/],
    ['a probability of 2', [{ kind: 'replay', probability: 2 }], /probability is a number from 0 to 1/],
    ['a field that there is not', [{ kind: 'replay', probability: 1, rate: 2 }], /no field "rate"/],
    ['a delay of no length', [{ kind: 'delay', probability: 1 }], /delayMs/],
    ['a length of no delay', [{ kind: 'replay', probability: 1, delayMs: 5 }], /delayMs/],
    ['half a seed', [{ kind: 'replay', probability: 1, seed: 0.5 }], /seed is a whole number/],
  ])('%s', (_, json, message) => {
    expect(() => readFaults(json)).toThrow(message);
  });
});
