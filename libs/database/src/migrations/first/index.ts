import { Migration } from '@mikro-orm/migrations';

import { LOCK_TIMEOUT } from '../lock-timeout.ts';
import { adoptedSchemaSql, toAdoptedSchema } from './adopted-schema.ts';
import { changeFeed } from './change-feed.ts';
import { grants, lookAcrossTenants } from './grants.ts';
import { rowLevelSecurity } from './row-level-security.ts';
import { tables } from './tables.ts';

/** Everything there was at the first release. It is never changed again; a later need is a later migration. */
export function firstMigration(schema: string): {
  name: string;
  class: new (...args: ConstructorParameters<typeof Migration>) => Migration;
} {
  return {
    name: '0001-first',
    class: class extends Migration {
      override async up(): Promise<void> {
        const adopted = toAdoptedSchema(await this.execute(adoptedSchemaSql(schema)));
        const statements = [
          `SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`,
          ...tables(adopted),
          ...changeFeed(schema),
          ...lookAcrossTenants(schema, adopted),
          ...rowLevelSecurity(adopted),
          ...grants(schema),
        ];
        for (const statement of statements) this.addSql(statement);
      }
    },
  };
}
