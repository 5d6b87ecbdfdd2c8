import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ListRouteProblemsRequest } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';

import { createCase, id } from './case.ts';
import type { Case } from './case.ts';
import { failureOf, startAsked } from './start-router.ts';
import type { Asked } from './start-router.ts';

const BROKEN = 250;
let data: Case;
let asked: Asked;

beforeAll(async () => {
  data = await createCase();
  await data.sql(
    `INSERT INTO $schema.voice_agent_numbers (tenant_id, base_number, country_code, rules)
     SELECT $1, (2125560000 + n)::text, '1', '{"routes": 7}' FROM generate_series(1, ${BROKEN}) n`,
    [id('2', '2')],
  );
  asked = await startAsked(data);
});

afterAll(async () => {
  await asked.stop();
  await data.drop();
});

const list = (change: Partial<ListRouteProblemsRequest> = {}) =>
  callUnary(asked.client.listRouteProblems.bind(asked.client), { tenantId: '', pageSize: 0, pageToken: '', ...change });

async function listAll(change: Partial<ListRouteProblemsRequest>) {
  const pages = [await list(change)];
  for (let token = pages[0]!.nextPageToken; token !== ''; token = pages.at(-1)!.nextPageToken)
    pages.push(await list({ ...change, pageToken: token }));
  return pages;
}

describe('problems of rows', () => {
  test('are listed with what is wrong and what mends it', async () => {
    const { problems, nextPageToken, snapshotVersion } = await list({ tenantId: id('4', '4') });
    expect(problems).toEqual([
      {
        table: 'voice_agent_numbers',
        rowId: expect.any(String),
        tenantId: id('4', '4'),
        problem: expect.stringContaining('rules'),
        hint: expect.stringContaining('dialplane number rules set +12125550123'),
      },
    ]);
    expect(nextPageToken).toBe('');
    expect(snapshotVersion).toBe((await asked.route()).snapshotVersion);
  });

  test('come page by page, each once', async () => {
    const pages = await listAll({ pageSize: 60 });
    expect(pages.map(({ problems }) => problems.length)).toEqual([60, 60, 60, 60, BROKEN + 1 - 240]);
    const rows = pages.flatMap(({ problems }) => problems.map(({ rowId }) => rowId));
    expect(new Set(rows).size).toBe(BROKEN + 1);
    expect((await list()).problems).toHaveLength(100);
  });

  test("are another tenant's for those who ask for that tenant alone", async () => {
    expect((await list({ tenantId: id('1', '1') })).problems).toEqual([]);
    const pages = await listAll({ tenantId: id('2', '2').toUpperCase(), pageSize: 1_000 });
    expect(pages.map(({ problems }) => problems.length)).toEqual([BROKEN]);
  });

  test('do not harm other rows', async () => {
    expect((await asked.route()).targets).toHaveLength(1);
  });
});

test.each<[Partial<ListRouteProblemsRequest>, string]>([
  [{ tenantId: 'me' }, 'tenant_id'],
  [{ pageSize: -1 }, 'page_size'],
  [{ pageSize: 1_001 }, 'page_size'],
  [{ pageToken: 'after-' }, 'page_token'],
  [{ pageToken: 'after-50' }, 'page_token'],
  [{ pageToken: 'trunks-1' }, 'page_token'],
  [{ pageToken: 'trunks--1-0' }, 'page_token'],
  [{ pageToken: 'do_not_call-1-0' }, 'page_token'],
  [{ pageToken: 'constructor-1-0' }, 'page_token'],
])('%j is refused', async (change, field) => {
  expect(await failureOf(list(change))).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field }] });
});
