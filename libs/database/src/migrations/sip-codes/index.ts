import { Migration } from '@mikro-orm/migrations';

import { ROLES } from '../../roles.ts';
import { LOCK_TIMEOUT } from '../lock-timeout.ts';

/** The columns that it adds to tables that may be there already, with their types. */
export const SIP_CODES_COLUMNS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  trunks: { sip_codes: 'jsonb' },
};

/** What a trunk's carrier means by SIP codes. Routing does not ask for it: the router gets no grant. */
export function sipCodesMigration(): {
  name: string;
  class: new (...args: ConstructorParameters<typeof Migration>) => Migration;
} {
  const { dispatcher, admin } = ROLES;
  return {
    name: '0005-sip-codes',
    class: class extends Migration {
      override up(): void {
        this.addSql(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
        this.addSql('ALTER TABLE trunks ADD COLUMN IF NOT EXISTS sip_codes jsonb');
        this.addSql(`GRANT SELECT (sip_codes) ON trunks TO ${dispatcher}, ${admin}`);
        this.addSql(`GRANT INSERT (sip_codes), UPDATE (sip_codes) ON trunks TO ${admin}`);
      }
    },
  };
}
