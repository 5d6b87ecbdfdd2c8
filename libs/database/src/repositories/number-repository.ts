import { raw } from '@mikro-orm/postgresql';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { canMean, countryDigits, possibleBaseNumbers } from '@dialplane/tenancy';
import type { NumberRepository, VoiceAgentNumber as NumberRow } from '@dialplane/tenancy';

import { VoiceAgentNumber } from '../entities/voice-agent-number.ts';
import type { Database } from '../open-database.ts';
import { changeJson } from './change-json.ts';
import { lockName } from './lock-name.ts';
import { namingTable } from './naming-table.ts';

const FIELDS = ['id', 'tenantId', 'baseNumber', 'countryCode', 'provider', 'rules', 'isActive'] as const;

export function createNumberRepository(db: Database): NumberRepository {
  return {
    add: (tenantId, number) =>
      db.withTenant(tenantId, async (em) => {
        const { baseNumber, countryCode, provider } = number;
        await lockName(em, 'number', tenantId, countryDigits(countryCode), baseNumber);
        const same = await read(em, { tenantId, baseNumber });
        const row = same.find((other) => countryDigits(other.countryCode) === countryDigits(countryCode));
        if (row !== undefined) return { kind: row.provider === provider ? 'existed' : 'conflict', row };
        const id = await namingTable(
          VoiceAgentNumber,
          em.insert(VoiceAgentNumber, { tenantId, baseNumber, countryCode, provider, rules: {} }),
        );
        return { kind: 'added', row: { ...number, id: String(id), tenantId, rules: {}, isActive: true } };
      }),

    list: (tenantId) => db.withTenant(tenantId, (em) => read(em, { tenantId })),

    find: (tenantId, written) =>
      db.withTenant(tenantId, async (em) => {
        const rows = await read(em, { tenantId, baseNumber: { $in: possibleBaseNumbers(written) } });
        return rows.filter((row) => canMean(written, row));
      }),

    assign: (tenantId, numberId, configId) =>
      db.withTenant(tenantId, async (em) => {
        // In SQL, so that keys we do not know survive, and under the row's lock. JSON null is no rules, too.
        const [row] = await em.execute<{ kind: string; config_id: string | null }[]>(
          `SELECT jsonb_typeof(coalesce(nullif(rules::jsonb, 'null'), '{}')) AS kind, rules::jsonb->>'livekit_config' AS config_id
           FROM "${db.schema}".voice_agent_numbers WHERE tenant_id = ? AND id = ? FOR UPDATE`,
          [tenantId, numberId],
        );
        if (row === undefined) return undefined;
        if (row.kind !== 'object') return 'rules_invalid';
        if (row.config_id === configId) return 'unchanged';
        await em.execute(
          `UPDATE "${db.schema}".voice_agent_numbers
           SET rules = jsonb_set(coalesce(nullif(rules::jsonb, 'null'), '{}'), '{livekit_config}', to_jsonb(?::text)), updated_at = clock_timestamp()
           WHERE tenant_id = ? AND id = ?`,
          [configId, tenantId, numberId],
        );
        return 'assigned';
      }),

    changeRules: (tenantId, numberId, change, judge) =>
      db.withTenant(tenantId, (em) => {
        const place = {
          table: `"${db.schema}".voice_agent_numbers`,
          column: 'rules',
          where: 'tenant_id = ? AND id = ?',
          values: [tenantId, numberId],
          besides: 'updated_at = clock_timestamp()',
        };
        return namingTable(VoiceAgentNumber, changeJson(em, place, change, judge));
      }),

    update: (tenantId, numberId, { provider, isActive }) =>
      db.withTenant(tenantId, async (em) => {
        if (provider !== undefined || isActive !== undefined) {
          const columns = {
            ...(provider !== undefined && { provider }),
            ...(isActive !== undefined && { isActive }),
            updatedAt: raw('clock_timestamp()'),
          };
          await namingTable(VoiceAgentNumber, em.nativeUpdate(VoiceAgentNumber, { tenantId, id: numberId }, columns));
        }
        return (await read(em, { tenantId, id: numberId }))[0];
      }),
  };
}

interface Selection {
  readonly tenantId: string;
  readonly id?: string;
  readonly baseNumber?: string | { $in: string[] };
}

async function read(em: SqlEntityManager, where: Selection): Promise<NumberRow[]> {
  const orderBy = { countryCode: 'asc', baseNumber: 'asc', id: 'asc' } as const;
  const rows = await em.find(VoiceAgentNumber, where, { fields: FIELDS, orderBy, refresh: true });
  return rows.map(({ id, tenantId, baseNumber, countryCode, provider, rules, isActive }) => ({
    id: String(id),
    tenantId,
    baseNumber: String(baseNumber),
    countryCode: String(countryCode ?? ''),
    provider: provider ?? null,
    rules,
    isActive: isActive === true,
  }));
}
