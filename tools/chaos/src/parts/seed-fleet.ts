import { randomUUID } from 'node:crypto';

import { createLocalKeyWrapper, createSecretBox, readKeyEncryptionKey } from '@dialplane/secrets';

import type { Sql } from '../checker/install-audit.ts';

export interface Tenant {
  readonly id: string;
  /** Caller ids, by who dials for them; `real`: an agent in a process of its own. */
  readonly numbers: Readonly<Record<'dispatcher' | 'claiming' | 'real', string>>;
}

export interface Deployment {
  /** As dispatchers reach it. */
  readonly url: string;
  /** Of its light agents: an agent that dials has to dial through the deployment that its room is known by. */
  readonly lightAgent: string;
}

export interface FleetOptions {
  readonly sql: Sql;
  readonly schema: string;
  /** Key-encryption key, base64. */
  readonly kek: string;
  readonly key: { readonly apiKey: string; readonly apiSecret: string };
  readonly deployments: readonly Deployment[];
  /** Of the agent that runs in a process of its own. */
  readonly realAgent: string;
  readonly trunk: string;
  readonly tenants: number;
}

/** Tenants whose numbers may be called through every deployment, one after the other. */
export async function seedFleet(options: FleetOptions): Promise<Tenant[]> {
  const { sql, schema, deployments, realAgent } = options;
  const secretBox = createSecretBox(
    createLocalKeyWrapper(await readKeyEncryptionKey({ env: { DIALPLANE_KEK: options.kek } })),
  );
  const table = (name: string): string => `"${schema}".${name}`;

  async function addConfig(tenantId: string, url: string, agentName: string, dialMode: string): Promise<string> {
    const configId = randomUUID();
    const { apiKey, apiSecret } = options.key;
    const secret = await secretBox.seal(apiSecret, { tenantId, configId, field: 'api_secret' });
    await sql(
      `INSERT INTO ${table('voice_agent_livekit')}
         (id, tenant_id, name, url, api_key, api_secret_sealed, trunk_id, worker_name, dial_mode)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [configId, tenantId, configId, url, apiKey, JSON.stringify(secret), options.trunk, agentName, dialMode],
    );
    return configId;
  }
  /** A number whose calls go to the nth deployment first. */
  async function addNumber(tenantId: string, base: string, dialMode: string, first: number, agentName?: string) {
    const routes = [];
    for (const [n, { url, lightAgent }] of deployments.entries()) {
      const priority = ((n - first + deployments.length) % deployments.length) + 1;
      routes.push({ livekit_config: await addConfig(tenantId, url, agentName ?? lightAgent, dialMode), priority });
    }
    await sql(
      `INSERT INTO ${table('voice_agent_numbers')} (tenant_id, base_number, country_code, rules) VALUES ($1, $2, '1', $3)`,
      [tenantId, base, JSON.stringify({ routes })],
    );
    return `+1${base}`;
  }

  const tenants: Tenant[] = [];
  for (let n = 0; n < options.tenants; n++) {
    const id = randomUUID();
    await sql(`INSERT INTO ${table('users')} (id, tenant_id) VALUES ($1, $2)`, [randomUUID(), id]);
    const base = (kind: number): string => `21255501${n}${kind}`;
    tenants.push({
      id,
      numbers: {
        dispatcher: await addNumber(id, base(1), 'dispatcher', n),
        claiming: await addNumber(id, base(2), 'claiming', n + 1),
        real: await addNumber(id, base(3), 'dispatcher', n, realAgent),
      },
    });
  }
  return tenants;
}
