import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { examples } from '../examples.ts';
import { bold, fields, TICK } from '../text.ts';

export const dbStatus: Verb = (act) =>
  new Command('status')
    .description('say which database is used and whether it answers; the embedded one is started')
    .addHelpText('after', examples('dialplane db status'))
    .action(
      act(async ({ settings, store }) => {
        const { schema, snapshotVersion } = await store();
        const status = {
          database:
            settings.databaseUrl === undefined ? `embedded, below ${settings.home}` : shownUrl(settings.databaseUrl),
          schema,
          snapshotVersion: await snapshotVersion(),
        };
        const { database } = status;
        return {
          json: { reachable: true, embedded: settings.databaseUrl === undefined, ...status },
          text: `${TICK} ${bold('The database answers')}\n${fields({ database, schema, 'snapshot version': status.snapshotVersion })}`,
        };
      }),
    );

/** Whom, where and which database; never the password. */
function shownUrl(url: string): string {
  if (!URL.canParse(url)) return 'DATABASE_URL';
  const { username, host, pathname } = new URL(url);
  return `${pathname.slice(1)} on ${host} as ${username}`;
}
