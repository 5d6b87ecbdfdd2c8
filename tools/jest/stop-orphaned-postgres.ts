/** Waits for the end of standard input, then stops and removes the PostgreSQL in the folder, if it is still there. */
import { rm } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

import { stopEmbeddedPostgres } from '@dialplane/database';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Usage: stop-orphaned-postgres.ts <folder>');
await text(process.stdin);
await stopEmbeddedPostgres(folder);
await rm(folder, { recursive: true, force: true });
