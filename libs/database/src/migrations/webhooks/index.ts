import { Migration } from '@mikro-orm/migrations';

import { adoptedSchemaSql, toAdoptedSchema, typeOf } from '../first/adopted-schema.ts';
import { LOCK_TIMEOUT } from '../lock-timeout.ts';
import { webhooksByOwner } from './by-owner.ts';
import { lastWebhooks } from './last-webhooks.ts';
import { pruneWebhooks } from './prune.ts';

/** Webhooks count for those whose key signed them, do not pile up, and can be seen to arrive. */
export function webhooksMigration(schema: string): {
  name: string;
  class: new (...args: ConstructorParameters<typeof Migration>) => Migration;
} {
  return {
    name: '0004-webhooks',
    class: class extends Migration {
      override async up(): Promise<void> {
        const adopted = toAdoptedSchema(await this.execute(adoptedSchemaSql(schema)));
        const tenantIdType = typeOf(adopted, 'voice_call_logs', 'tenant_id');
        const callIdType = typeOf(adopted, 'voice_call_logs', 'id');
        const statements = [
          `SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`,
          ...webhooksByOwner(schema, tenantIdType, callIdType),
          ...pruneWebhooks(schema),
          ...lastWebhooks(schema),
        ];
        for (const statement of statements) this.addSql(statement);
      }
    },
  };
}
