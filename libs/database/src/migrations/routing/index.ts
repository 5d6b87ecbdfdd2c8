import { Migration } from '@mikro-orm/migrations';

import { ROLES } from '../../roles.ts';
import { adoptedSchemaSql, toAdoptedSchema, typeOf } from '../first/adopted-schema.ts';
import type { AdoptedSchema } from '../first/adopted-schema.ts';
import { LOCK_TIMEOUT } from '../lock-timeout.ts';
import { doNotCall } from './do-not-call.ts';
import { pruning } from './pruning.ts';
import { trunkStanding } from './trunk-standing.ts';

/** The columns that it adds to tables that may be there already, with their types. */
export const ROUTING_COLUMNS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  tenants: { routing_defaults: 'jsonb' },
  deployments: { is_active: 'boolean', limits: 'jsonb', header_profiles: 'jsonb' },
  trunks: { is_active: 'boolean', cli_countries: 'text[]', limits: 'jsonb', header_profiles: 'jsonb' },
  voice_call_logs: { purpose: 'text' },
};

/** What the routing engine reads besides: defaults of tenants, facts of trunks and deployments, do-not-call. */
export function routingMigration(schema: string): {
  name: string;
  class: new (...args: ConstructorParameters<typeof Migration>) => Migration;
} {
  return {
    name: '0002-routing',
    class: class extends Migration {
      override async up(): Promise<void> {
        const adopted = toAdoptedSchema(await this.execute(adoptedSchemaSql(schema)));
        const statements = [
          `SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`,
          ...columns(adopted),
          ...doNotCall(typeOf(adopted, 'voice_agent_numbers', 'tenant_id')),
          ...trunkStanding(schema, typeOf(adopted, 'trunks', 'tenant_id')),
          ...pruning(schema),
        ];
        for (const statement of statements) this.addSql(statement);
      }
    },
  };
}

function columns(adopted: AdoptedSchema): string[] {
  const { router, dispatcher, admin } = ROLES;
  return [
    `ALTER TABLE tenants ADD COLUMN IF NOT EXISTS routing_defaults jsonb`,
    `GRANT SELECT (routing_defaults) ON tenants TO ${router}, ${admin}`,
    `GRANT INSERT (routing_defaults), UPDATE (routing_defaults) ON tenants TO ${admin}`,

    `ALTER TABLE deployments
       ADD COLUMN IF NOT EXISTS is_active boolean NOT NULL DEFAULT true, ADD COLUMN IF NOT EXISTS limits jsonb,
       ADD COLUMN IF NOT EXISTS header_profiles jsonb`,
    `ALTER TABLE trunks
       ADD COLUMN IF NOT EXISTS is_active boolean NOT NULL DEFAULT true, ADD COLUMN IF NOT EXISTS cli_countries text[],
       ADD COLUMN IF NOT EXISTS limits jsonb, ADD COLUMN IF NOT EXISTS header_profiles jsonb`,
    ...['deployments', 'trunks']
      .filter((table) => adopted.tables.get(table)?.columns.get('is_active')?.hasDefault === false)
      .map((table) => `ALTER TABLE ${table} ALTER COLUMN is_active SET DEFAULT true`),
    `GRANT SELECT (is_active, limits, header_profiles) ON deployments TO ${router}, ${dispatcher}, ${admin}`,
    `GRANT INSERT (is_active, limits, header_profiles), UPDATE (is_active, limits, header_profiles) ON deployments TO ${admin}`,
    `GRANT SELECT (is_active, cli_countries, limits, header_profiles) ON trunks TO ${router}, ${dispatcher}, ${admin}`,
    `GRANT INSERT (is_active, cli_countries, limits, header_profiles), UPDATE (is_active, cli_countries, limits, header_profiles)
       ON trunks TO ${admin}`,

    // What a call was for: a replay asks the same question again.
    `ALTER TABLE voice_call_logs ADD COLUMN IF NOT EXISTS purpose text`,
    `GRANT SELECT (purpose), INSERT (purpose) ON voice_call_logs TO ${dispatcher}`,
    `GRANT SELECT (purpose) ON voice_call_logs TO ${admin}`,
  ];
}
