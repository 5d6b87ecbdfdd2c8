import { expect, test } from '@jest/globals';

import { noWorkerTookIt } from '../src/index.ts';

const dispatch = (jobs: number) => ({ id: 'AD_1', agentName: 'sales', metadata: '', jobs });

test.each([
  ['a dispatch without a job', [dispatch(0)], true],
  ['a dispatch with a job', [dispatch(1)], false],
  ['one of two dispatches with a job', [dispatch(0), dispatch(1)], false],
  ['no dispatch at all', [], false],
])('%s: %j proves it: %j', (_, dispatches, proves) => {
  expect(noWorkerTookIt(dispatches)).toBe(proves);
});
