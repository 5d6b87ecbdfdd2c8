import { expect, test } from '@jest/globals';
import { RouteSource } from '@dialplane/contracts';

import { createReadAhead } from '../src/targets/create-read-ahead.ts';
import type { WantedTarget } from '../src/targets/find-credential.ts';
import type { OpenedCredential } from '../src/targets/read-credential.ts';

const FIRST = target('first');
const SECOND = target('second');

function target(livekitConfigId: string): WantedTarget {
  return { livekitConfigId, deployment: 'https://livekit.example.com', sipTrunkId: 'ST_1', agentName: 'agent' };
}

/** Reads that answer when they are told to, and what was asked of them. */
function reading() {
  const asked: string[] = [];
  const read = async (tenantId: string, _: string, { livekitConfigId, sipTrunkId }: WantedTarget) => {
    asked.push(`${tenantId} ${livekitConfigId}`);
    if (sipTrunkId === 'ST_gone') throw new Error('no longer to be used');
    return { apiSecret: `${livekitConfigId} ${asked.length}` } as OpenedCredential;
  };
  return { asked, readAhead: createReadAhead(read) };
}
const SOURCE = RouteSource.DATABASE;

test('of a number that is new nothing is read before its target is known', async () => {
  const { asked, readAhead } = reading();
  const read = readAhead('tenant', '+12125550100');
  expect(asked).toEqual([]);
  await read('tenant', SOURCE, FIRST);
  expect(asked).toEqual(['tenant first']);
});

test('afterwards its target is read at once, anew for every call, and not twice for one', async () => {
  const { asked, readAhead } = reading();
  await readAhead('tenant', '+12125550100')('tenant', SOURCE, FIRST);
  const read = readAhead('tenant', '+12125550100');
  expect(asked).toHaveLength(2);
  expect(await read('tenant', SOURCE, FIRST)).toMatchObject({ apiSecret: 'first 2' });
  expect(asked).toHaveLength(2);
});

test.each<[string, WantedTarget]>([
  ['config', SECOND],
  ['server', { ...FIRST, deployment: 'https://other.example.com' }],
  ['trunk', { ...FIRST, sipTrunkId: 'ST_2' }],
  ['agent', { ...FIRST, agentName: 'other' }],
])('a call that goes to another %s after all reads that one', async (_, other) => {
  const { asked, readAhead } = reading();
  await readAhead('tenant', '+12125550100')('tenant', SOURCE, FIRST);
  expect(await readAhead('tenant', '+12125550100')('tenant', SOURCE, other)).toMatchObject({
    apiSecret: `${other.livekitConfigId} 3`,
  });
  expect(asked).toHaveLength(3);
});

test("what one tenant's number needed is not read for another tenant's same number", async () => {
  const { asked, readAhead } = reading();
  await readAhead('tenant', '+12125550100')('tenant', SOURCE, FIRST);
  await readAhead('another', '+12125550100')('another', SOURCE, SECOND);
  expect(asked).toEqual(['tenant first', 'another second']);
});

test('a read that fails ahead is told to the call that needs it, and to no other', async () => {
  const { readAhead } = reading();
  const gone = { ...FIRST, sipTrunkId: 'ST_gone' };
  await expect(readAhead('tenant', '+12125550100')('tenant', SOURCE, gone)).rejects.toThrow('no longer');
  await readAhead('tenant', '+12125550100')('tenant', SOURCE, FIRST);
  await expect(readAhead('tenant', '+12125550100')('tenant', SOURCE, SECOND)).resolves.toBeDefined();
});

test('what was read while the router kept its answer back for long is read again', async () => {
  const { asked, readAhead } = reading();
  await readAhead('tenant', '+12125550100')('tenant', SOURCE, FIRST);
  const read = readAhead('tenant', '+12125550100');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await read('tenant', SOURCE, FIRST)).toMatchObject({ apiSecret: 'first 3' });
  expect(asked).toHaveLength(3);
});
