import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DatabaseUnavailableError } from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';

import { aWay } from './a-way.ts';
import { aFeed, allRows, caughtUp, eventually, stopFeeds } from './feed-case.ts';
import { runSql } from './fixtures.ts';

const TENANT = randomUUID();
const RULES = JSON.stringify({ livekit_config: randomUUID(), note: 'ü✓\u2028 "quoted"\n' });

let database: TestDatabase;
let folder: string;
let file: string;
beforeAll(async () => {
  database = await createTestDatabase();
  await runSql(
    database.ownerUrl,
    `SET search_path = dialplane;
    INSERT INTO tenants (id) VALUES ('${TENANT}');
    INSERT INTO voice_agent_livekit (tenant_id, name, api_key) VALUES (NULL, 'operator', 'APIsecret');
    INSERT INTO do_not_call (tenant_id, number) VALUES (NULL, '+12125550198');`,
  );
  await runSql(
    database.ownerUrl,
    `INSERT INTO dialplane.voice_agent_numbers (tenant_id, base_number, country_code, rules)
    SELECT $1::uuid, n::text, '1', CASE WHEN n % 2 = 0 THEN $2::jsonb END FROM generate_series(2000000, 2003000) n`,
    [TENANT, RULES],
  );
});
afterAll(() => database.drop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialplane-file-'));
  file = join(folder, 'state', 'snapshot');
});
afterEach(async () => {
  await stopFeeds();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a feed until its file is there. */
async function fileWritten(of = database): Promise<Record<string, string[]>> {
  const { feed, stop } = await aFeed(of, { file });
  await stop();
  return allRows(feed.current());
}

async function whileDown<T>(work: () => Promise<T>): Promise<T> {
  const bringUp = await database.takeDown();
  try {
    return await work();
  } finally {
    await bringUp();
  }
}

test('with the database down it starts from the file, says so, and catches up when the database is back', async () => {
  const rows = await fileWritten();
  const bringUp = await database.takeDown();
  const started = await aFeed(database, { file, pollMs: 100 });
  const { feed, eventsOf } = started;
  try {
    expect(feed.startedFrom).toBe('file');
    expect(allRows(feed.current())).toEqual(rows);
    expect(eventsOf('database_lost')).toHaveLength(1);
    expect(eventsOf('loaded')).toMatchObject([{ from: 'file', rows: 3004 }]);
    const age = feed.ageMs();
    expect(age).toBeGreaterThan(0);
    await eventually(() => feed.ageMs() > age + 50);
  } finally {
    await bringUp();
  }
  await runSql(database.ownerUrl, `UPDATE dialplane.tenants SET is_active = NOT is_active`);
  await caughtUp(database, started);
  expect(feed.current().tenant(TENANT)?.isActive).toBe(false);
  expect(eventsOf('loaded')).toHaveLength(1);
  await eventually(() => eventsOf('database_back').length === 1);
  await eventually(() => feed.ageMs() < 1_000);
  await started.stop();
});

const fromNow = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** Has the file say that it was confirmed then, with a right checksum; undefined: it does not say. */
function confirmedAt(moment: unknown): Promise<void> {
  return change((text) => {
    const [line = '', header = ''] = text.split('\n', 2);
    const changed = { ...(JSON.parse(header) as object), confirmedAt: moment };
    return withChecksum(`${line}\n${JSON.stringify(changed)}${text.slice(line.length + header.length + 1, -32)}`);
  });
}

test('the age is at least that of the file', async () => {
  await fileWritten();
  await confirmedAt(fromNow(-3_600_000));
  await whileDown(async () => {
    const { feed, stop } = await aFeed(database, { file });
    expect(feed.ageMs()).toBeGreaterThanOrEqual(3_600_000);
    await stop();
  });
});

const flipped = (text: string): string => String.fromCharCode(text.charCodeAt(0) ^ 1) + text.slice(1);

function withChecksum(text: string): string {
  return text + createHash('sha256').update(text, 'latin1').digest().toString('latin1');
}

/** The file's bytes as characters. */
async function change(how: (text: string) => string): Promise<void> {
  const text = await readFile(file, 'latin1');
  expect(how(text)).not.toBe(text);
  await writeFile(file, how(text), 'latin1');
}

test('only its owner can read the file, it holds no secret, and nothing unfinished is left beside it', async () => {
  await fileWritten();
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).not.toContain('APIsecret');
  expect(await readdir(join(file, '..'))).toEqual(['snapshot']);
});

test('changes are written within the time that was asked for, and at the stop', async () => {
  const { feed, eventsOf, stop } = await aFeed(database, { file, pollMs: 50, writeFileEveryMs: 200 });
  const written = (): string | undefined => eventsOf('file_written').at(-1)?.snapshotVersion;
  for (let n = 0; n < 3; n++) {
    await runSql(database.ownerUrl, `UPDATE dialplane.tenants SET is_active = NOT is_active`);
    const before = feed.current().snapshotVersion;
    await eventually(() => feed.current().snapshotVersion !== before || written() === before);
    await eventually(() => written() === feed.current().snapshotVersion);
  }
  await stop();
  expect(written()).toBe(feed.current().snapshotVersion);
});

test.each([
  ['is missing', () => rm(file), 'ENOENT'],
  ['is empty', () => writeFile(file, ''), 'does not begin with'],
  ['is something else', () => writeFile(file, '{"a": 1}\n{}\n'), 'does not begin with'],
  ['is of a later format', () => change((text) => text.replace('snapshot 1', 'snapshot 2')), 'does not begin with'],
  ['is of the future', () => confirmedAt(fromNow(3_600_000)), 'was confirmed in the future'],
  ['does not say how old it is', () => confirmedAt(undefined), 'does not say when it was confirmed'],
  ['says so in no way that is known', () => confirmedAt('yesterday'), 'does not say when it was confirmed'],
  ['says so in a number', () => confirmedAt(1), 'does not say when it was confirmed'],
  ['is cut off', () => change((text) => text.slice(0, -1000)), 'checksum is wrong'],
  ['has lost its checksum', () => change((text) => text.slice(0, -32)), 'checksum is wrong'],
  ['has one bit changed', () => change((text) => text.replace(TENANT, flipped(TENANT))), 'checksum is wrong'],
  [
    'has a dump that ends early',
    () => change((text) => withChecksum(text.slice(0, -1000))),
    'Not a snapshot that can be read',
  ],
  ['has more behind it', () => change((text) => `${text}more`), 'checksum is wrong'],
])('a file that %s is refused, and with the database down the start fails with both', async (_, harm, problem) => {
  await fileWritten();
  await harm();
  await whileDown(async () => {
    const events: unknown[] = [];
    const error = await aFeed(database, { file, onEvent: (event) => events.push(event) }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DatabaseUnavailableError);
    expect((error as Error).message).toMatch(/^PostgreSQL at .*The snapshot file .* cannot be started from either: /);
    expect((error as Error).message).toContain(problem);
    expect(events).toMatchObject([{ kind: 'database_lost' }, { kind: 'file_refused' }]);
  });
});

test('the file of another database or schema is refused', async () => {
  const other = await createTestDatabase({ schema: 'lad_dev' });
  try {
    await fileWritten(other);
    await whileDown(() => expect(aFeed(database, { file })).rejects.toThrow('it is of schema lad_dev, not dialplane'));
  } finally {
    await other.drop();
  }
  const same = await createTestDatabase();
  try {
    await fileWritten(same);
    await whileDown(() => expect(aFeed(database, { file })).rejects.toThrow(`it is of database ${same.name}`));
  } finally {
    await same.drop();
  }
});

test("another server's file is refused, whatever its database is called, and has no login in it", async () => {
  const staging = await aWay(database.urls.router); // The same server by another port.
  const urls = { ...database.urls, router: staging.url };
  const { host, username, password } = new URL(staging.url);
  try {
    await fileWritten({ ...database, urls });
    const [, header = ''] = (await readFile(file, 'utf8')).split('\n', 2);
    expect(header).toContain(`"server":"${host}"`);
    expect(header).not.toContain(username);
    expect(header).not.toContain(password);
    await whileDown(() => expect(aFeed(database, { file })).rejects.toThrow(`it is of server ${host}, not `));
    // A server that is known by another name may change its port.
    const server = 'embedded in /example';
    await (await aFeed({ ...database, urls }, { file, server })).stop();
    await whileDown(async () => {
      const { feed, stop } = await aFeed(database, { file, server });
      expect(feed.startedFrom).toBe('file');
      await stop();
    });
  } finally {
    staging.close();
  }
});

test('with the database up a damaged file does no harm, and is replaced', async () => {
  await fileWritten();
  await writeFile(file, 'damaged');
  await fileWritten();
  await whileDown(async () => {
    const { feed, stop } = await aFeed(database, { file });
    expect(feed.startedFrom).toBe('file');
    await stop();
  });
});

test('a folder that cannot be written to is said, and routing goes on', async () => {
  await writeFile(join(folder, 'state'), 'a file where the folder would be');
  const { eventsOf, stop } = await aFeed(database, { file });
  await eventually(() => eventsOf('file_failed').length > 0);
  await stop();
});
