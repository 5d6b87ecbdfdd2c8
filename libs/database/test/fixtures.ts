import { randomUUID } from 'node:crypto';

import pg from 'pg';

import type { NewCall } from '@dialplane/calls';
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
  return {
    id: randomUUID(),
    initiatedBy: randomUUID(),
    agentId: 'agent-1',
    fromNumber: '+12125550100',
    toNumber: '+12125550101',
    purpose: null,
    source: 'database',
    snapshotVersion: 'epoch.1',
    targets: [
      {
        livekitConfigId: randomUUID(),
        serverUrl: 'http://livekit.example.com:7880',
        sipTrunkId: 'ST_1',
        agentName: 'one',
        callerId: '+12125550100',
        dialString: '+12125550101',
        callerIdString: '+12125550100',
        sipHeaders: {},
      },
      {
        livekitConfigId: null,
        serverUrl: 'wss://livekit.example.com',
        sipTrunkId: 'ST_2',
        agentName: 'two',
        callerId: '+12125550100',
        dialString: '00912125550101',
        callerIdString: '12125550100',
        sipHeaders: { 'X-Campaign': 'spring' },
      },
    ],
    metadata: { order: { id: 7 } },
    ringingTimeoutSeconds: 30,
    maxDurationSeconds: 600,
    onAgentLost: 'end',
    ...change,
  };
}
