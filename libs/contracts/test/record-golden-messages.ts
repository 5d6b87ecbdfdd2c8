/** Records the golden messages that have not been recorded yet: `npm run proto:record`. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { GOLDEN_FOLDER, PROTOS, readGolden, readTypes } from './contract-checks.ts';
import { GOLDEN_MESSAGES } from './golden-messages.ts';

const types = readTypes(PROTOS);
for (const { name, type, codec, message } of GOLDEN_MESSAGES) {
  const file = join(GOLDEN_FOLDER, `${name}.json`);
  if (existsSync(file)) continue;
  const bytes = Buffer.from(codec.encode(message).finish()).toString('hex');
  writeFileSync(file, `${JSON.stringify({ type, bytes, value: readGolden(types, { type, bytes }) }, null, 2)}\n`);
  console.log(`recorded ${name}`);
}
