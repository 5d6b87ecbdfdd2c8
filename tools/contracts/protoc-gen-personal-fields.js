/** A protoc plugin: the names of all fields that carry the option `(dialplane.v1.personal)`, for the log's redaction. */
import { create, createFileRegistry, getOption } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

import { runPlugin } from './run-plugin.js';

await runPlugin('personal-fields.ts', (files) => {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: files }));
  const personal = registry.getExtension('dialplane.v1.personal');
  if (personal === undefined) throw new Error('The contract has no option dialplane.v1.personal.');
  const names = new Set();
  for (const type of registry) {
    if (type.kind !== 'message') continue;
    for (const field of type.fields) if (getOption(field, personal)) names.add(field.name);
  }
  const lines = [...names].sort().map((name) => `  "${name}",\n`);
  return `
/** Fields that the protos mark as personal, as the protos spell them. */
export const PERSONAL_FIELDS: readonly string[] = [
${lines.join('')}];
`;
});
