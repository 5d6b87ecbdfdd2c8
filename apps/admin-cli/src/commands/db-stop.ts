import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { examples } from '../examples.ts';
import { refused } from '../refusal.ts';
import { TICK } from '../text.ts';
import { usingDatabase } from '../using-database.ts';

export const dbStop: Verb = (act) =>
  new Command('stop')
    .description('stop the embedded PostgreSQL for everybody; its data stay')
    .addHelpText('after', examples('dialplane db stop'))
    .action(
      act(async ({ settings }) => {
        if (settings.databaseUrl !== undefined) {
          throw refused(
            'not_embedded',
            'DATABASE_URL names a server of your own, which is not for this command to stop.',
            'Unset DATABASE_URL to stop the embedded one',
          );
        }
        const { stopEmbeddedPostgres } = await import('@dialplane/database');
        await usingDatabase(() => stopEmbeddedPostgres(settings.home));
        return { json: { stopped: true }, text: `${TICK} The embedded PostgreSQL is stopped; its data stay` };
      }),
    );
