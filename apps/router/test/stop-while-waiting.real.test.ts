import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RouteCallsResponse } from '@dialplane/contracts';

import { createCase } from './case.ts';
import type { Case } from './case.ts';
import { REQUEST, startAsked } from './start-router.ts';

let data: Case;
beforeAll(async () => {
  data = await createCase();
});
afterAll(() => data.drop());

test('a router that stops does not wait long for versions: calls that do are told to ask another, and not cut off', async () => {
  const asked = await startAsked(data, { DRAIN_MS: '4000' });
  const [epoch] = (await asked.route()).snapshotVersion.split('.');
  const minSnapshotVersion = `${epoch}.999999999`;
  const deadline = new Date(Date.now() + 600_000);
  const unary = asked.failure({ minSnapshotVersion }, { deadline });
  const stream = asked.client.routeCalls({ deadline });
  const answered = new Promise<RouteCallsResponse>((resolve) => stream.once('data', resolve));
  const ended = new Promise<Error>((resolve) => stream.once('error', resolve));
  stream.write({ requests: [{ id: 'waits', request: { ...REQUEST, minSnapshotVersion } }] });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const stopped = asked.router.stop();
  expect(await unary).toMatchObject({ code: 'UNAVAILABLE', reason: 'SNAPSHOT_TOO_OLD', retryable: true });
  expect(JSON.stringify(await answered)).toContain('"code":14'); // UNAVAILABLE
  expect((await ended).message).toContain('UNAVAILABLE');
  asked.client.close();
  await stopped;
});
