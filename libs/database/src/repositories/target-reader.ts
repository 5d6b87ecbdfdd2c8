import type { LiveKitCredential } from '@dialplane/tenancy';

import type { Database } from '../open-database.ts';
import { CREDENTIAL_COLUMNS, toCredential } from './livekit-config-repository.ts';
import type { CredentialRow } from './livekit-config-repository.ts';

/** What a tenant may know of a trunk. */
export interface TrunkStanding {
  /** `none`: the trunk is not registered; `foreign`: it is another tenant's. */
  readonly owner: 'none' | 'own' | 'operator' | 'foreign';
  /** Whether it is registered to the tenant or the operator, and switched on. */
  readonly active: boolean;
}

/** What a call is to be placed on. */
export interface SoughtTarget {
  /** A UUID; null: no LiveKit config, as the environment's. */
  readonly livekitConfigId: string | null;
  /** The server's origin. */
  readonly deployment: string;
  /** `ST_…` */
  readonly sipTrunkId: string;
}

export interface FoundTarget {
  /** The tenant's own or an operator's; undefined for any other. */
  readonly config: LiveKitCredential | undefined;
  readonly trunk: TrunkStanding;
}

export interface TargetReader {
  read(tenantId: string, target: SoughtTarget): Promise<FoundTarget>;
}

/**
 * Reads config and trunk in one round trip, as every call needs them. The trunk is looked up through the function
 * that looks across tenants: row level security hides another tenant's.
 */
export function createTargetReader(db: Database): TargetReader {
  return {
    async read(tenantId, { livekitConfigId, deployment, sipTrunkId }) {
      const [row] = await db.query<TrunkStanding & (CredentialRow | { id: null })>(
        tenantId,
        `SELECT s.owner, s.active, ${CREDENTIAL_COLUMNS}
         FROM "${db.schema}".trunk_standing($1, $2, $3) s
         LEFT JOIN "${db.schema}".voice_agent_livekit c ON c.id = $4 AND (c.tenant_id = $1::uuid OR c.tenant_id IS NULL)`,
        [tenantId, deployment, sipTrunkId, livekitConfigId],
      );
      if (row === undefined) throw new Error('trunk_standing told nothing.');
      const { owner, active } = row;
      return { config: row.id === null ? undefined : toCredential(row), trunk: { owner, active } };
    },
  };
}
