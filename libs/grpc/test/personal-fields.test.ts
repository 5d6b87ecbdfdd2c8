import { createFileRegistry, fromBinary, getOption } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { descriptorImage } from '@dialplane/contracts';
import { redact } from '@dialplane/telemetry';
import { expect, test } from '@jest/globals';

const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorImage));
const personal = registry.getExtension('dialplane.v1.personal');
const messages = [...registry].filter((type) => type.kind === 'message');
const marked = messages
  .flatMap(({ fields }) => fields)
  .filter((field) => personal !== undefined && getOption(field, personal))
  .map((field) => [field.toString(), field] as const);

test('the protos mark fields as personal', () => {
  expect(marked.length).toBeGreaterThan(10);
});

test.each(marked)('the log hides %s as the image marks it', (_name, { name, jsonName }) => {
  // What lets its bearer in is hidden by its name already.
  const hidden = /token$/i.test(name) ? '[secret]' : '[personal]';
  expect(redact({ [name]: 'Ada Lovelace', [jsonName]: 'Ada Lovelace' })).toEqual({
    [name]: hidden,
    [jsonName]: hidden,
  });
});
