import { fileURLToPath } from 'node:url';

import type { Stage } from '../parts/start-stage.ts';
import { replaceInFunctions } from './replace-in-functions.ts';

export interface Sabotage {
  /** Loaded into each dispatcher before anything else. */
  readonly preload: string;
  /** Done to the database before the first call. */
  readonly inDatabase?: (stage: Stage) => Promise<void>;
}

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** What is switched off, and how: from outside, so that there is no switch in Dialplane itself. */
export const SABOTAGES: Readonly<Record<'permit' | 'fence', Sabotage>> = {
  permit: { preload: file('./without-permit.ts') },
  fence: {
    preload: file('./without-fence.ts'),
    // Whoever once had a lease goes on renewing it.
    inDatabase: ({ sql, schema }) =>
      replaceInFunctions(
        sql,
        schema,
        ['renew_calls'],
        [
          [/ AND c\.fence = given\.fence AND c\.lease_holder = \$1/, ''],
          [
            /RETURNING c\.tenant_id::text, c\.id::text, c\.fence/,
            'RETURNING c.tenant_id::text, c.id::text, given.fence',
          ],
        ],
      ),
  },
};
