import { expect, test } from '@jest/globals';
import type { CallContext } from '@dialplane/grpc';
import { emptySnapshot } from '@dialplane/routing';
import type { ProblemPlace, Snapshot } from '@dialplane/routing';

import { listRouteProblems } from '../src/list-route-problems.ts';

const ROWS = 100_000;
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
  expect(turns).toBeGreaterThan(2);
});

test('they have it between rows whose rules take long to read, too', async () => {
  const staging = emptySnapshot().stage();
  const about = { tenantId: TENANT, baseNumber: '2125550123', countryCode: '1', isActive: true };
  for (let row = 0; row < 60; row++) {
    const id = `${String(row).padStart(8, '0')}-0000-4000-8000-000000000000`;
    const rules = JSON.stringify({
      row,
      carriers: Array.from({ length: 300 }, () => ({ prefixes: ['+1'], trunk_id: 'ST_1' })),
    });
    staging.put('voice_agent_numbers', { ...about, id, rules });
  }
  const snapshot = staging.commit('1.1');
  let [turns, isDone] = [0, false];
  const count = (): void => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const began = performance.now();
  await listRouteProblems({ feed: { current: () => snapshot } }, ASKED, CONTEXT);
  isDone = true;
  // A turn for each slice, of which the clock may see few when it is busy with something else.
  expect(turns).toBeGreaterThan((performance.now() - began) / 5 / 10);
  expect(turns).toBeGreaterThan(1);
});

test('a page goes on where the one before ended, also within a row, and looks at no row before that', async () => {
  const staging = emptySnapshot().stage();
  const config = { tenantId: TENANT, name: '', sipTrunkId: null, dialMode: 'legacy', isActive: true };
  const idOf = (row: number): string => `${String(row).padStart(8, '0')}-0000-4000-8000-000000000000`;
  for (let row = 0; row < 5; row++) {
    staging.put('voice_agent_livekit', { ...config, id: idOf(row), url: 'x', agentName: null }); // Two problems each.
  }
  const first = staging.commit('1.1');
  let current = first;
  const looked: (ProblemPlace | undefined)[] = [];
  const feed = {
    current: () =>
      Object.assign(Object.create(current) as Snapshot, {
        findProblems: (from?: ProblemPlace) => {
          looked.push(from);
          return current.findProblems(from);
        },
      }),
  };
  const page = async (pageToken: string) => {
    const { problems, nextPageToken } = await listRouteProblems(
      { feed },
      { ...ASKED, pageSize: 3, pageToken },
      CONTEXT,
    );
    return { rows: problems.map(({ rowId }) => Number(rowId.slice(0, 8))), nextPageToken };
  };
  const pages = [await page('')];
  while (pages.at(-1)!.nextPageToken !== '') pages.push(await page(pages.at(-1)!.nextPageToken));
  expect(pages.map(({ rows }) => rows)).toEqual([[0, 0, 1], [1, 2, 2], [3, 3, 4], [4]]);
  expect(looked.map((from) => from?.row)).toEqual([undefined, 1, 3, 4]);
  // In another version it goes on at the same place.
  const next = first.stage();
  next.remove('voice_agent_livekit', idOf(0));
  next.put('voice_agent_livekit', { ...config, id: idOf(2), url: 'wss://livekit.example.com', agentName: null }); // One problem is left.
  current = next.commit('1.2');
  expect((await page(pages[0]!.nextPageToken)).rows).toEqual([1, 2, 3]);
  expect(await page('trunks-9999999999-99')).toEqual({ rows: [], nextPageToken: '' });
});

test('a search whose caller has gone is given up', async () => {
  const snapshot = snapshotOf(ROWS);
  const gone = { signal: AbortSignal.abort(new Error('gone')) } as CallContext;
  await expect(listRouteProblems({ feed: { current: () => snapshot } }, ASKED, gone)).rejects.toThrow('gone');
});
