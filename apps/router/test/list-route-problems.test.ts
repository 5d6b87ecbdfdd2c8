import { expect, test } from '@jest/globals';
import type { CallContext } from '@dialplane/grpc';
import { emptySnapshot } from '@dialplane/routing';

import { listRouteProblems } from '../src/list-route-problems.ts';

const ROWS = 50_000;
const TENANT = '11111111-1111-4111-8111-111111111111';
const CONTEXT = { signal: new AbortController().signal } as CallContext;
const ASKED = { tenantId: '', pageSize: 0, pageToken: '' };

function snapshotOf(rows: number) {
  const staging = emptySnapshot().stage();
  for (let row = 0; row < rows; row++) {
    const id = `${String(row).padStart(8, '0')}-0000-4000-8000-000000000000`;
    const number = { id, tenantId: TENANT, baseNumber: String(2_125_000_000 + row), countryCode: '1', isActive: true };
    staging.put('voice_agent_numbers', { ...number, rules: '{}' });
  }
  return staging.commit('1.1');
}

test('other calls have their turn again and again while a large table is searched', async () => {
  const feed = { current: () => snapshot };
  const snapshot = snapshotOf(ROWS);
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  expect((await listRouteProblems({ feed }, ASKED, CONTEXT)).problems).toEqual([]);
  isDone = true;
  expect(turns).toBeGreaterThan(10);
});

test('a search whose caller has gone is given up', async () => {
  const snapshot = snapshotOf(10);
  const gone = { signal: AbortSignal.abort(new Error('gone')) } as CallContext;
  await expect(listRouteProblems({ feed: { current: () => snapshot } }, ASKED, gone)).rejects.toThrow('gone');
});
