import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { examples } from '../examples.ts';
import { badUsage } from '../refusal.ts';
import { bold, DASH, TICK, visible } from '../text.ts';
import { usingDatabase } from '../using-database.ts';

export const dbMigrate: Verb = (act) =>
  new Command('migrate')
    .description('bring the schema up to date, or adopt the tables that are there; twice is once')
    .addHelpText(
      'after',
      examples(
        'dialplane db migrate',
        'DATABASE_OWNER_URL=postgres://owner@db.example.com/calls DB_SCHEMA=lad_dev dialplane db migrate',
      ),
    )
    .action(
      act(async ({ settings, progress }) => {
        if (settings.ownerUrl === undefined && settings.databaseUrl !== undefined) {
          throw badUsage(
            'DATABASE_URL names your own server, and DATABASE_OWNER_URL is missing.',
            'Set DATABASE_OWNER_URL to the URL of the role that owns the schema; for the embedded database unset both',
          );
        }
        const { DEFAULT_SCHEMA, migrate, startEmbeddedPostgres } = await import('@dialplane/database');
        const schema = settings.env.DB_SCHEMA || DEFAULT_SCHEMA;
        const { applied } = await usingDatabase(async () => {
          const onProgress = progress.tell;
          const ownerUrl =
            settings.ownerUrl ?? (await startEmbeddedPostgres({ folder: settings.home, onProgress })).urls.owner;
          return migrate({ ownerUrl, schema, onProgress });
        });
        const names = applied.map((name) => `\n  ${visible(name)}`).join('');
        return {
          json: { schema, applied },
          text:
            applied.length === 0
              ? `${DASH} Schema ${schema}: up to date already, nothing changed`
              : `${TICK} ${bold(`Migrated schema ${schema}`)}${names}`,
        };
      }),
    );
