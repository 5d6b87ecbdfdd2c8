import { randomUUID } from 'node:crypto';

import pg from 'pg';

import type { NewCall } from '@dialplane/calls';
import { exampleNewCall, exampleTarget } from '@dialplane/calls/testing';
import type { NewLiveKitConfig } from '@dialplane/tenancy';

/** Runs SQL as the role in the URL, in a session of its own; `app.tenant_id` is set when a tenant is given. */
export async function runSql<Row extends object>(
  url: string,
  sql: string,
  values: unknown[] = [],
  tenantId?: string,
): Promise<Row[]> {
  return withSession(url, async (client) => {
    if (tenantId !== undefined) await client.query(`SELECT set_config('app.tenant_id', $1, false)`, [tenantId]);
    return (await client.query<Row>(sql, values)).rows;
  });
}

export async function withSession<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export function aConfig(change: Partial<NewLiveKitConfig> = {}): NewLiveKitConfig {
  return {
    id: randomUUID(),
    name: 'uae-vm',
    url: 'http://livekit.example.com:7880',
    apiKey: 'APIexample',
    apiSecretSealed: { kid: 'test', wrappedDek: 'wrapped', jwe: 'sealed' },
    sipTrunkId: 'ST_example',
    agentName: 'sales-agent',
    dialMode: 'legacy',
    jobMetadataTemplate: null,
    ...change,
  };
}

export function aCall(change: Partial<NewCall> = {}): NewCall {
  const targets = [
    exampleTarget({ livekitConfigId: randomUUID(), sipTrunkId: 'ST_1', agentName: 'one' }),
    exampleTarget({ livekitConfigId: null, sipTrunkId: 'ST_2', agentName: 'two', sipHeaders: {} }),
  ];
  return exampleNewCall({ initiatedBy: randomUUID(), targets, metadata: { order: { id: 7 } }, ...change });
}
