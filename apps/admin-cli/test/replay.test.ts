import { stripVTControlCharacters } from 'node:util';

import { expect, test } from '@jest/globals';
import type { RejectionReason } from '@dialplane/routing';

import type { Answer, Answered } from '../src/route/answer.ts';
import { replayJson, replayText } from '../src/route/describe-replay.ts';
import type { Explain } from '../src/route/explain.ts';
import type { Question } from '../src/route/question.ts';
import type { Proposal } from '../src/route/read-proposals.ts';
import { replay } from '../src/route/replay.ts';
import type { Replayed } from '../src/route/replay.ts';
import type { RequestBatch } from '../src/route/requests.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const NUMBER = '+12125550100';

const proposal = (e164 = NUMBER): Proposal => ({
  countryCode: '1',
  baseNumber: e164.slice(2),
  e164,
  tenantId: undefined,
  rules: '{}',
});
const question = (from = NUMBER): Question => ({
  from,
  to: '+12125550199',
  initiatedBy: undefined,
  tenantId: TENANT,
  agent: undefined,
  purpose: undefined,
  routingKey: undefined,
  at: undefined,
});
const routed = (e164 = NUMBER): Answer => ({ kind: 'routed', source: 'database', tenantId: TENANT, e164, targets: [] });
const rejected = (reason: RejectionReason | 'invalid_request'): Answer => ({
  kind: 'rejected',
  reason,
  message: '',
  hint: '',
  tenantId: TENANT,
});
const answered = (answer: Answer, snapshotVersion = 'a.1'): Answered => ({
  answer,
  decidedBy: undefined,
  snapshotVersion,
});
/** Answers with one after the other, and then always with the last. */
const saying = (...answers: readonly Answered[]): Explain => {
  let next = 0;
  return async () => answers[Math.min(next++, answers.length - 1)] as Answered;
};
const textOf = (found: Replayed) => stripVTControlCharacters(replayText(found));
async function* some(...batches: readonly RequestBatch[]) {
  yield* batches;
}
const replayed = (questions: readonly Question[], present: Explain, proposed: Explain, proposals = [proposal()]) =>
  replay(some({ questions, unusable: 2 }), proposals, { present, proposed: (one) => proposed(one) }, () => {});

test('every request is counted once: compared, of another number, or skipped for a reason', async () => {
  const one = saying(answered(routed()));
  // The last can mean a number of the proposals, and turns out to be another.
  const other: Explain = async ({ from }) => answered(routed(from === '2125550100' ? '+442125550100' : NUMBER));
  const found = await replayed([question(), question('+12125550150'), question('2125550100')], other, one);
  const { requests, concerned, ofOtherNumbers, skipped } = replayJson(found);
  expect({ requests, concerned, ofOtherNumbers, skipped }).toEqual({
    requests: 5,
    concerned: 1,
    ofOtherNumbers: 2,
    skipped: 2,
  });
  expect(textOf(found)).toMatch(/from other numbers +2\n +skipped +2: cannot be asked again\n/);
});

test('a request that fits two numbers of the file is skipped', async () => {
  const one = saying(answered(routed()));
  const proposals = [proposal(), { ...proposal('+442125550100'), countryCode: '44', baseNumber: '2125550100' }];
  expect((await replayed([question('2125550100')], one, one, proposals)).skipped.ambiguous).toBe(1);
});

test('answers on two configurations are asked for again, and never taken for a change', async () => {
  const before = saying(answered(routed(), 'a.1'), answered(routed(), 'a.2'));
  const after = saying(answered(rejected('number_disabled'), 'a.2'), answered(routed(), 'a.2'));
  expect(await replayed([question()], before, after)).toMatchObject({ concerned: 1, changed: 0 });

  const never = saying(answered(rejected('number_disabled'), 'b.1'));
  const found = await replayed([question()], before, never);
  expect(found).toMatchObject({ concerned: 0, changed: 0, skipped: { unsettled: 1 } });
  expect(textOf(found)).toMatch(
    /^! Nothing was compared: none of the 3 requests can be\n[^]*1: the configuration changed in between/,
  );
});

test('a malformed request, which is on no configuration, is compared and leaves the version that others had', async () => {
  const malformed = answered(rejected('invalid_request'), '');
  const both: Explain = async ({ to }) => (to === NUMBER ? malformed : answered(routed()));
  const found = await replayed([question(), { ...question(), to: NUMBER }], both, both);
  expect(found).toMatchObject({ concerned: 2, changed: 0, snapshotVersion: 'a.1' });
});

test('tenants are shown each with its own count', async () => {
  const tenants = ['2', '1'].map((digit) => TENANT.replaceAll('1', digit));
  const of =
    (answer: Answer): Explain =>
    async ({ tenantId }) =>
      answered({ ...answer, tenantId: tenantId ?? '' });
  const questions = tenants.map((tenantId) => ({ ...question(), tenantId }));
  const proposed: Explain = (one) => of(one.tenantId === TENANT ? rejected('number_disabled') : routed())(one);
  const found = await replayed(questions, of(routed()), proposed);
  expect(replayJson(found).tenants).toEqual([
    { tenantId: TENANT, concerned: 1, changed: 1 },
    { tenantId: tenants[0], concerned: 1, changed: 0 },
  ]);
  expect(textOf(found)).toMatch(/tenant 11\S+: 1 of 1 decisions change\n +1 .*\n[^]*tenant 22\S+: 0 of 1/);
});
