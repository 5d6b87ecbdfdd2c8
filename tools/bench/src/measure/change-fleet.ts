import { setTimeout as sleep } from 'node:timers/promises';

import type { Route, RouteCallRequest } from '@dialplane/contracts';
import pg from 'pg';

import { hasCarriers, TENANTS } from '../fleet/fleet-rows.ts';
import { uuidOf } from '../fleet/uuid-of.ts';
import { requestFrom } from '../fleet/write-requests.ts';
import type { Router } from '../servers/start-servers.ts';
import { askRouter } from './ask-router.ts';
import { largestPauseDuring } from './watch-event-loop.ts';

/** Changes a router's database, and waits until the router's replies show it. */
export interface FleetChanger {
  /**
   * Commits a change of one number's LiveKit config. Resolves to the milliseconds from the commit's return to a
   * RouteCall's reply that has the new config. It is asked for again and again, as callers would who know nothing of
   * the change: asking for its version would have the router look for it at once.
   */
  changeOne(): Promise<number>;
  /** The same of so many rows in one transaction, with the largest pause of the router's event loop meanwhile. */
  changeMany(rows: number): Promise<{ readonly visibleMs: number; readonly pauseMs: number }>;
  /** Has the router read everything anew, as after a restore of the database. */
  reload(): Promise<{ readonly seconds: number; readonly pauseMs: number }>;
  /** Does the work while no change sends a notification. */
  withoutNotifications(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** How long between two questions whether a change is seen, and whether a reload is done. */
const ASK_EVERY_MS = 1;
const ASK_FOR_RELOAD_EVERY_MS = 10;
/** A change that is not seen by then never will be. */
const GIVE_UP_AFTER_MS = 60_000;
/** The first number of each tenant whose first one has no carriers: the config in its rules is its calls' target. */
const CHANGED = [...Array(TENANTS).keys()].filter((number) => !hasCarriers(number));

export async function openFleetChanger({ database, address, probeFile, pid }: Router): Promise<FleetChanger> {
  const client = new pg.Client({ connectionString: database.urls.owner });
  await client.connect();
  await client.query(`SET search_path TO "${database.schema}"`);
  const asker = askRouter(address);
  let changes = 0;

  async function changeConfig(): Promise<{ request: RouteCallRequest; configId: string }> {
    const number = CHANGED[changes % CHANGED.length] as number;
    // The first of the tenant's two at the beginning; then the second, then the first again.
    const variant = Math.floor(changes / CHANGED.length) % 2 === 0 ? 1 : 0;
    const configId = uuidOf('config', number * 2 + variant);
    const update = `UPDATE voice_agent_numbers SET rules = jsonb_set(rules, '{livekit_config}', to_jsonb($1::text)) WHERE id = $2`;
    const { rowCount } = await client.query({
      name: 'change',
      text: update,
      values: [configId, uuidOf('number', number)],
    });
    if (rowCount !== 1) throw new Error(`Number ${number} was not changed.`);
    return { request: requestFrom(number, changes++), configId };
  }
  /** The newest version, which is the last change's, since nobody else changes anything. */
  async function version(): Promise<string> {
    const text = `SELECT epoch || '.' || version AS version FROM feed_position()`;
    return (await client.query<{ version: string }>({ name: 'position', text })).rows[0]?.version ?? '';
  }
  const untilReached = async (request: RouteCallRequest): Promise<Route> =>
    asker.route({ ...request, minSnapshotVersion: await version() });

  return {
    async changeOne() {
      const { request, configId } = await changeConfig();
      const committed = performance.now();
      for (;;) {
        const { targets } = await asker.route(request);
        const passed = performance.now() - committed;
        if (targets[0]?.livekitConfigId === configId) return passed;
        if (passed > GIVE_UP_AFTER_MS) throw new Error(`A change is not seen after ${GIVE_UP_AFTER_MS} ms.`);
        await sleep(ASK_EVERY_MS);
      }
    },

    async changeMany(rows) {
      let visibleMs = 0;
      const pauseMs = await largestPauseDuring(pid(), probeFile, async () => {
        const some = 'SELECT id FROM voice_agent_numbers ORDER BY id LIMIT $2';
        const update = `UPDATE voice_agent_numbers SET rules = jsonb_set(rules, '{note}', to_jsonb($1::int)) WHERE id IN (${some})`;
        const { rowCount } = await client.query(update, [++changes, rows]);
        if (rowCount !== rows) throw new Error(`${rowCount} rows were changed instead of ${rows}.`);
        const committed = performance.now();
        await untilReached(requestFrom(CHANGED[0] as number, changes));
        visibleMs = performance.now() - committed;
      });
      return { visibleMs, pauseMs };
    },

    async reload() {
      let seconds = 0;
      const pauseMs = await largestPauseDuring(pid(), probeFile, async () => {
        await client.query('BEGIN');
        await client.query('UPDATE change_epoch SET id = gen_random_uuid()');
        const { request } = await changeConfig();
        await client.query('COMMIT');
        const committed = performance.now();
        const wanted = await version();
        while ((await asker.route(request)).snapshotVersion !== wanted) await sleep(ASK_FOR_RELOAD_EVERY_MS);
        seconds = (performance.now() - committed) / 1_000;
      });
      return { seconds, pauseMs };
    },

    async withoutNotifications(work) {
      const { rows } = await client.query<{ sql: string }>(
        `SELECT pg_get_functiondef('publish_change'::regproc) AS sql`,
      );
      const sql = rows[0]?.sql ?? '';
      const silent = sql.replace(/PERFORM pg_notify\([^;]*;/, 'NULL;');
      if (silent === sql) throw new Error('publish_change() notifies in a way that the bench does not know.');
      await client.query(silent);
      await work().finally(() => client.query(sql));
    },

    async close() {
      asker.close();
      await client.end();
    },
  };
}
