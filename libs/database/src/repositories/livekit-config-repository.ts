import { isDeepStrictEqual } from 'node:util';

import { raw } from '@mikro-orm/postgresql';
import type { InferEntity, SqlEntityManager } from '@mikro-orm/postgresql';
import type {
  LiveKitConfig,
  LiveKitConfigChange,
  LiveKitConfigRepository,
  LiveKitCredential,
  NewLiveKitConfig,
  SealedSecret,
} from '@dialplane/tenancy';

import { NameTakenError } from '../database-errors.ts';
import { VoiceAgentLiveKit } from '../entities/voice-agent-livekit.ts';
import type { Database } from '../open-database.ts';
import { lockName } from './lock-name.ts';
import { namingTable } from './naming-table.ts';

const FIELDS = [
  'id',
  'tenantId',
  'name',
  'url',
  'apiKey',
  'apiSecretSealed',
  'trunkId',
  'workerName',
  'dialMode',
  'jobMetadataTemplate',
  'isActive',
] as const;

export function createLiveKitConfigRepository(db: Database): LiveKitConfigRepository {
  return {
    add: (tenantId, config) =>
      db.withTenant(tenantId, async (em) => {
        await lockName(em, 'livekit_config', tenantId, config.name);
        const [same] = await read(em, { tenantId, name: config.name });
        if (same !== undefined) return { kind: holds(same, config) ? 'existed' : 'conflict', row: withoutSecret(same) };
        await namingTable(
          VoiceAgentLiveKit,
          em.insert(VoiceAgentLiveKit, { id: config.id, tenantId, ...toColumns(config) }),
        );
        const { name, url, sipTrunkId, agentName, dialMode } = config;
        return {
          kind: 'added',
          row: { id: config.id, tenantId, name, url, sipTrunkId, agentName, dialMode, isActive: true },
        };
      }),

    update: (tenantId, configId, change) =>
      db.withTenant(tenantId, async (em) => {
        if (change.name !== undefined) {
          await lockName(em, 'livekit_config', tenantId, change.name);
          const namesakes = await read(em, { tenantId, name: change.name });
          if (namesakes.some(({ id }) => id !== configId)) {
            throw new NameTakenError(`Another LiveKit config is called ${change.name}: choose another name.`);
          }
        }
        const columns = { ...toColumns(change), updatedAt: raw('clock_timestamp()') };
        await namingTable(VoiceAgentLiveKit, em.nativeUpdate(VoiceAgentLiveKit, { tenantId, id: configId }, columns));
        const [row] = await read(em, { tenantId, id: configId });
        return row && withoutSecret(row);
      }),

    list: (tenantId) => db.withTenant(tenantId, async (em) => (await read(em, usable(tenantId))).map(withoutSecret)),

    credential: async (tenantId, configId) => {
      const [row] = await db.query<CredentialRow>(
        tenantId,
        `SELECT ${CREDENTIAL_COLUMNS} FROM "${db.schema}".voice_agent_livekit c
         WHERE c.id = $1 AND (c.tenant_id = $2 OR c.tenant_id IS NULL)`,
        [configId, tenantId],
      );
      return row && toCredential(row);
    },
  };
}

/** A tenant's own configs and the operator's. */
function usable(tenantId: string | null): { tenantId: null } | { $or: [{ tenantId: string }, { tenantId: null }] } {
  return tenantId === null ? { tenantId } : { $or: [{ tenantId }, { tenantId: null }] };
}

async function read(em: SqlEntityManager, where: object): Promise<LiveKitCredential[]> {
  const rows = await em.find(VoiceAgentLiveKit, where, {
    fields: FIELDS,
    orderBy: { name: 'asc', id: 'asc' },
    refresh: true,
  });
  return rows.map(toCredential);
}

/** Of a table called `c`. */
export const CREDENTIAL_COLUMNS = `c.id::text, c.tenant_id::text AS "tenantId", c.name, c.url, c.api_key AS "apiKey",
  c.api_secret_sealed AS "apiSecretSealed", c.trunk_id AS "trunkId", c.worker_name AS "workerName",
  c.dial_mode AS "dialMode", c.job_metadata_template AS "jobMetadataTemplate", c.is_active AS "isActive"`;

export type CredentialRow = Pick<InferEntity<typeof VoiceAgentLiveKit>, (typeof FIELDS)[number]>;

export function toCredential(row: CredentialRow): LiveKitCredential {
  return {
    id: row.id,
    tenantId: row.tenantId ?? null,
    name: row.name ?? '',
    url: row.url ?? '',
    apiKey: row.apiKey ?? '',
    apiSecretSealed: isSealed(row.apiSecretSealed) ? row.apiSecretSealed : null,
    sipTrunkId: row.trunkId ?? null,
    agentName: row.workerName ?? null,
    dialMode: row.dialMode,
    jobMetadataTemplate: row.jobMetadataTemplate ?? null,
    isActive: row.isActive === true,
  };
}

function isSealed(json: unknown): json is SealedSecret {
  const { kid, wrappedDek, jwe } = (json ?? {}) as Partial<Record<keyof SealedSecret, unknown>>;
  return [kid, wrappedDek, jwe].every((part) => typeof part === 'string');
}

/** Columns that are not mentioned are left alone. */
function toColumns({ sipTrunkId, agentName, ...same }: LiveKitConfigChange) {
  const { name, url, apiKey, apiSecretSealed, dialMode, jobMetadataTemplate, isActive } = same;
  const columns = {
    name,
    url,
    apiKey,
    apiSecretSealed,
    trunkId: sipTrunkId,
    workerName: agentName,
    dialMode,
    jobMetadataTemplate,
    isActive,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as typeof columns;
}

/** The secret is left out: sealed twice, it is never the same. */
function holds(row: LiveKitCredential, config: NewLiveKitConfig): boolean {
  const { url, apiKey, sipTrunkId, agentName, dialMode, jobMetadataTemplate } = config;
  const { url: u, apiKey: k, sipTrunkId: t, agentName: a, dialMode: d, jobMetadataTemplate: j } = row;
  return isDeepStrictEqual(
    [url, apiKey, sipTrunkId, agentName, dialMode, jobMetadataTemplate ?? null],
    [u, k, t, a, d, j],
  );
}

function withoutSecret({
  id,
  tenantId,
  name,
  url,
  sipTrunkId,
  agentName,
  dialMode,
  isActive,
}: LiveKitCredential): LiveKitConfig {
  return { id, tenantId, name, url, sipTrunkId, agentName, dialMode, isActive };
}
