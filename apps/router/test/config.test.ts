import { describe, expect, test } from '@jest/globals';

import { readConfig, snapshotFileOf, snapshotServerOf } from '../src/config.ts';

describe('SNAPSHOT_MAX_AGE', () => {
  test.each([
    [undefined, Infinity],
    ['off', Infinity],
    ['10', 10_000],
    ['90s', 90_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
  ])('%p is %p milliseconds', (SNAPSHOT_MAX_AGE, ms) => {
    expect(readConfig({ SNAPSHOT_MAX_AGE }).maxAgeMs).toBe(ms);
  });

  test.each(['', '0', '9', '9s', '-1', '1.5m', '5 m', '1w', 'soon', '1e9', '99999999999'])('%j is refused', (text) => {
    expect(() => readConfig({ SNAPSHOT_MAX_AGE: text })).toThrow(/SNAPSHOT_MAX_AGE/);
  });
});

describe('the snapshot file', () => {
  const url = 'postgres://dialplane_router:secret@db.example.com:5432/main';
  const database = { url, schema: 'dialplane', embedded: false };
  const of = (env: Record<string, string>, change: Partial<typeof database> = {}) =>
    snapshotFileOf(readConfig({ DIALPLANE_HOME: '/home', ...env }), { ...database, ...change });

  test('is kept in DIALPLANE_HOME, one for each database and schema, whoever logs in', () => {
    const file = of({});
    expect(file).toMatch(/^\/home\/router-[0-9a-f]{16}\.snapshot$/);
    expect(of({}, { url: 'postgres://other:else@db.example.com:5432/main' })).toBe(file);
    expect(of({}, { schema: 'other' })).not.toBe(file);
    expect(of({}, { url: 'postgres://dialplane_router:secret@db.example.com:5432/other' })).not.toBe(file);
  });

  test('tells the embedded server from others by its folder, and any other by its address', () => {
    expect(snapshotServerOf({ home: '/home/' }, { embedded: true })).toBe('embedded in /home');
    expect(snapshotServerOf({ home: '/home/' }, { embedded: false })).toBeUndefined();
  });

  test('of the embedded database is the same on every port', () => {
    const embedded = (port: number) => of({}, { url: `postgres://x@127.0.0.1:${port}/dialplane`, embedded: true });
    expect(embedded(5433)).toBe(embedded(5434));
  });

  test('is where SNAPSHOT_FILE says, or nowhere', () => {
    expect(of({ SNAPSHOT_FILE: '/elsewhere/file' })).toBe('/elsewhere/file');
    expect(of({ SNAPSHOT_FILE: 'off' })).toBeUndefined();
  });
});
