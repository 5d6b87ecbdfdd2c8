import { Migration } from '@mikro-orm/migrations';

import { adoptedSchemaSql, toAdoptedSchema, typeOf } from '../first/adopted-schema.ts';
import { LOCK_TIMEOUT } from '../lock-timeout.ts';
import { callColumns } from './columns.ts';
import { callEvents } from './events.ts';
import { leases } from './leases.ts';
import { webhookKeys } from './webhook-keys.ts';
import { livekitWebhooks } from './webhooks.ts';

/** What carries a call to its end: leases, the permit, the timeline, events, and what deployments told. */
export function callsMigration(schema: string): {
  name: string;
  class: new (...args: ConstructorParameters<typeof Migration>) => Migration;
} {
  return {
    name: '0003-calls',
    class: class extends Migration {
      override async up(): Promise<void> {
        const adopted = toAdoptedSchema(await this.execute(adoptedSchemaSql(schema)));
        const types = [
          typeOf(adopted, 'voice_call_logs', 'tenant_id'),
          typeOf(adopted, 'voice_call_logs', 'id'),
        ] as const;
        const statements = [
          `SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`,
          ...callColumns(),
          ...callEvents(...types),
          ...livekitWebhooks(schema, ...types),
          ...webhookKeys(schema),
          ...leases(schema, ...types),
        ];
        for (const statement of statements) this.addSql(statement);
      }
    },
  };
}
