import {
  createLiveKitConfigRepository,
  createNumberRepository,
  createTenantRepository,
  createUserRepository,
  DEFAULT_SCHEMA,
  openDatabase,
} from '@dialplane/database';
import type { EmbeddedPostgres } from '@dialplane/database';
import { createKeyFile, createLocalKeyWrapper, createSecretBox, readKeyEncryptionKey } from '@dialplane/secrets';
import pg from 'pg';

import { ACME, AGENT, BASE_NUMBER, CEDAR, COUNTRY_CODE, INDIA, TENANTS, UAE } from './demo-case.ts';
import type { DemoDeployment, DemoTenant } from './demo-case.ts';
import type { Deployment } from './start-deployment.ts';

/** Writes the case; what an earlier demo wrote is brought up to date. */
export async function loadCase(
  postgres: EmbeddedPostgres,
  home: string,
  deployments: { uae: Deployment; india: Deployment },
): Promise<void> {
  const keyFile = `${home}/kek`;
  await createKeyFile(keyFile);
  const secretBox = createSecretBox(createLocalKeyWrapper(await readKeyEncryptionKey({ env: {}, keyFile })));
  const database = await openDatabase({ url: postgres.urls.admin, schema: DEFAULT_SCHEMA });
  const configs = createLiveKitConfigRepository(database);
  const numbers = createNumberRepository(database);
  const tenants = createTenantRepository(database);
  const users = createUserRepository(database);

  async function writeConfig(owner: DemoTenant, deployment: DemoDeployment, running: Deployment): Promise<void> {
    const { server, carrier, sipTrunkId } = running;
    const context = { tenantId: owner.id, configId: deployment.configId, field: 'api_secret' } as const;
    const config = {
      id: deployment.configId,
      name: deployment.name,
      url: deployment.scheme === 'http' ? carrier.url : carrier.wsUrl,
      apiKey: server.apiKey,
      apiSecretSealed: await secretBox.seal(server.apiSecret, context),
      sipTrunkId,
      agentName: deployment.agentName,
      dialMode: 'dispatcher',
      jobMetadataTemplate: null,
    };
    const added = await configs.add(owner.id, config);
    if (added.kind === 'conflict') await configs.update(owner.id, deployment.configId, config);
  }

  try {
    await writeConfig(ACME, UAE, deployments.uae);
    await writeConfig(CEDAR, INDIA, deployments.india);
    for (const tenant of TENANTS) {
      await tenants.add(tenant.id, tenant.name);
      await users.add(tenant.id, tenant.userId);
      const number = { baseNumber: BASE_NUMBER, countryCode: COUNTRY_CODE, provider: tenant.provider };
      const { row } = await numbers.add(tenant.id, number);
      if (tenant.configId !== undefined) await numbers.assign(tenant.id, row.id, tenant.configId);
      await numbers.update(tenant.id, row.id, { isActive: tenant.numberIsActive });
    }
  } finally {
    await database.close();
  }
  await writeAgent(postgres.urls.owner);
}

/** Agents are written by the tenant's own service; here by its part in the play. */
async function writeAgent(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const insert = `INSERT INTO ${DEFAULT_SCHEMA}.voice_agents (id, tenant_id, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;
    await client.query(insert, [AGENT.id, AGENT.tenantId, AGENT.name]);
  } finally {
    await client.end();
  }
}
