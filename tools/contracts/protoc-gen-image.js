/**
 * A protoc plugin: all files of the contract and what they import, without comments, as one FileDescriptorSet in a
 * TypeScript file. What `buf build` makes, in a form that needs no copying into `dist`.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

import { runPlugin } from './run-plugin.js';

const LINE_CHARACTERS = 100;

runPlugin('descriptor-image.ts', (files) => {
  const set = create(FileDescriptorSetSchema, { file: files.map((file) => ({ ...file, sourceCodeInfo: undefined })) });
  const base64 = Buffer.from(toBinary(FileDescriptorSetSchema, set)).toString('base64');
  const lines = base64.match(new RegExp(`.{1,${LINE_CHARACTERS}}`, 'g')) ?? [];
  return `
/** The contract's descriptors: a google.protobuf.FileDescriptorSet. */
export const descriptorImage: Uint8Array = Buffer.from(
  \`
${lines.join('\n')}
\`,
  "base64",
);
`;
});
