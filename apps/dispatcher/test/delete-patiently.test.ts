import { expect, test } from '@jest/globals';
import { LiveKitError } from '@dialplane/livekit';

import { deletePatiently } from '../src/carry-out/delete-patiently.ts';

const unreachable = new LiveKitError('unreachable', 'not_sent', 'nobody is there');
const gone = new LiveKitError('not_found', 'rejected', 'no such room');

/** Answers with one after the other of what it is to come to. */
function deployment(...outcomes: readonly (Error | undefined)[]) {
  const asked: string[] = [];
  return {
    asked,
    deleteRoom: async (room: string) => {
      const outcome = outcomes[asked.length];
      asked.push(room);
      if (outcome !== undefined) throw outcome;
    },
  };
}
const patient = { forMs: 60_000, isOver: () => false };

test('a room is deleted once its deployment answers again', async () => {
  const flaky = deployment(unreachable, undefined);
  await deletePatiently(flaky, 'call-1', patient);
  expect(flaky.asked).toEqual(['call-1', 'call-1']);
});

test.each([
  ['a room that is gone is deleted', [gone], patient, undefined],
  ['time is over', [unreachable], { ...patient, forMs: 0 }, unreachable],
  ['the process stops', [unreachable], { ...patient, isOver: () => true }, unreachable],
  ['what will not pass is thrown', [new TypeError('ours')], patient, new TypeError('ours')],
])('it is not tried again: %s', async (_, outcomes, patience, thrown) => {
  const once = deployment(...outcomes);
  const done = deletePatiently(once, 'call-1', patience);
  await (thrown === undefined ? done : expect(done).rejects.toEqual(thrown));
  expect(once.asked).toHaveLength(1);
});
