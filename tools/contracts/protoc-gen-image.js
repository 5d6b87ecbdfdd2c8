/**
 * A protoc plugin: all files of the contract with what they import, and the health service's, as one
 * FileDescriptorSet in a TypeScript file. It is what `buf build` makes, less the comments, in a form that needs no
 * copying into `dist`.
 */
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

import { runPlugin } from './run-plugin.js';

const LINE_CHARACTERS = 100;

await runPlugin('descriptor-image.ts', (files) => {
  const file = [...files, ...healthFiles()].map((described) => ({ ...described, sourceCodeInfo: undefined }));
  const base64 = Buffer.from(toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file }))).toString(
    'base64',
  );
  const lines = base64.match(new RegExp(`.{1,${LINE_CHARACTERS}}`, 'g')) ?? [];
  return `
/** Descriptors of the contract and of grpc.health.v1: a google.protobuf.FileDescriptorSet. */
export const descriptorImage: Uint8Array = Buffer.from(
  \`
${lines.join('\n')}
\`,
  "base64",
);
`;
});

/** The descriptors that the package carries at run time have relative type names, which clients cannot read. */
function healthFiles() {
  const packageFolder = dirname(fileURLToPath(import.meta.resolve('grpc-health-check/package.json')));
  const buf = fileURLToPath(import.meta.resolve('@bufbuild/buf/bin/buf'));
  const image = execFileSync(process.execPath, [buf, 'build', `${packageFolder}/proto`, '-o', '-']);
  return fromBinary(FileDescriptorSetSchema, image).file;
}
