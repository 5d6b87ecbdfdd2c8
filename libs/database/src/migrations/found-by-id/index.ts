import { Migration } from '@mikro-orm/migrations';

import { LOCK_TIMEOUT } from '../lock-timeout.ts';

/**
 * One index of calls less. Pages of a tenant's calls are read by `dialplane_voice_call_logs_pages`; the earlier one on tenant
 * and time served nothing but to mislead: while the table was small it seemed as good a way to one call as the call's id,
 * and all of the tenant's calls were read.
 */
export function foundByIdMigration(): {
  name: string;
  class: new (...args: ConstructorParameters<typeof Migration>) => Migration;
} {
  return {
    name: '0006-found-by-id',
    class: class extends Migration {
      override up(): void {
        this.addSql(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
        this.addSql('DROP INDEX IF EXISTS dialplane_voice_call_logs_1');
      }
    },
  };
}
