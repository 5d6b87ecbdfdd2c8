import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { clockSkews } from '../src/clock-skews.ts';
import { createLiveKitClient } from '../src/index.ts';
import { sendJson, startLocalServer, type LocalServer } from './local-server.ts';

const KEY = { apiKey: 'APIexample', apiSecret: 'not-a-secret-not-a-secret-not-a-secret' };
let server: LocalServer;

afterEach(() => server.close());

/** A server whose clock is ahead by so many milliseconds, and that answers with this status. */
async function startAhead(aheadMs: number, status = 200): Promise<void> {
  server = await startLocalServer((response) => {
    response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString());
    sendJson(response, status, {});
  });
}

describe('the skew of a server’s clock', () => {
  test.each([0, 31_000, -600_000, 600_000])('is measured by its replies: %i ms', async (aheadMs) => {
    await startAhead(aheadMs);
    const client = createLiveKitClient({ url: server.url, ...KEY });
    expect(client.clockSkewMs()).toBeUndefined();
    await client.probe();
    expect(Math.abs((client.clockSkewMs() ?? NaN) - aheadMs)).toBeLessThan(1_500);
  });

  test('is measured by a refusal too, as clocks that differ make every token wrong', async () => {
    await startAhead(600_000, 401);
    const client = createLiveKitClient({ url: server.url, ...KEY });
    await expect(client.probe()).rejects.toMatchObject({ kind: 'credential_refused' });
    expect(client.clockSkewMs()).toBeGreaterThan(590_000);
  });

  test('is known to every client of the server, whatever its key and however its URL is written', async () => {
    await startAhead(60_000);
    await createLiveKitClient({ url: server.url, ...KEY }).probe();
    const other = createLiveKitClient({ url: server.url.replace('http:', 'ws:'), ...KEY, apiKey: 'APIother' });
    expect(other.clockSkewMs()).toBeGreaterThan(58_000);
  });

  test('is not measured by what says too little: no header, no date, a long wait, a clock that was set back', async () => {
    await startAhead(0);
    const now = 1_700_000_000_000;
    const written = new Date(now).toUTCString();
    clockSkews.note('http://quiet.example.com', '', now, now);
    clockSkews.note('http://quiet.example.com', 'yesterday', now, now);
    clockSkews.note('http://quiet.example.com', written, now - 60_000, now);
    clockSkews.note('http://quiet.example.com', written, now, now - 1);
    expect(clockSkews.of('http://quiet.example.com')).toBeUndefined();
    clockSkews.note('http://quiet.example.com', written, now - 100, now + 100);
    expect(clockSkews.of('http://quiet.example.com')).toBe(500);
  });

  test('is known for a minute: clocks are set', async () => {
    await startAhead(0);
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    try {
      clockSkews.note('http://once.example.com', new Date(Date.now()).toUTCString(), Date.now(), Date.now());
      jest.advanceTimersByTime(59_000);
      expect(clockSkews.of('http://once.example.com')).toBeDefined();
      jest.advanceTimersByTime(2_000);
      expect(clockSkews.of('http://once.example.com')).toBeUndefined();
    } finally {
      jest.useRealTimers();
    }
  });
});
