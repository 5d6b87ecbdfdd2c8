/** `npm run rules:schema`: publishes the JSON Schemas anew, after a change of what rules may say. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { schemaFiles } from './schema-files.ts';

for (const [path, text] of schemaFiles()) {
  writeFileSync(resolve(import.meta.dirname, '../..', path), text);
  process.stdout.write(`${path}: ${text.length} bytes\n`);
}
