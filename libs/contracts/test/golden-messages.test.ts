import { create, toBinary } from '@bufbuild/protobuf';
import type { Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { describe, expect, test } from '@jest/globals';

import {
  decode,
  GOLDEN_FOLDER,
  PROTOS,
  readGolden,
  readGoldens,
  readTypes,
  unrecorded,
  visitFields,
} from './contract-checks.ts';
import { GOLDEN_MESSAGES } from './golden-messages.ts';

const types = readTypes(PROTOS);
const recorded = readGoldens(GOLDEN_FOLDER);
const recordedAs = new Map(recorded.map((golden) => [golden.name, golden]));
const cases = GOLDEN_MESSAGES.map((golden) => [golden.name, golden] as const);

/** The recorded bytes of a golden message after `change` had its way with the message and all inside it. */
function tamperedBytes(name: string, change: Parameters<typeof visitFields>[2]): Uint8Array {
  const golden = recordedAs.get(name)!;
  const message = decode(types, golden);
  visitFields(types, reflect(types.getMessage(golden.type)!, message), change);
  return toBinary(types.getMessage(golden.type)!, message);
}

test('every request, reply and field of v1 is recorded', () => {
  expect(unrecorded(types, recorded)).toEqual([]);
  expect(GOLDEN_MESSAGES.map(({ name }) => name).sort()).toEqual(recorded.map(({ name }) => name).sort());
});

test.each(cases)('the recorded %s means today what it meant when it was recorded', (name, { codec, message }) => {
  const golden = recordedAs.get(name)!;
  expect(codec.decode(Buffer.from(golden.bytes, 'hex'))).toEqual(message);
  expect(readGolden(types, golden)).toEqual(golden.value);
});

test.each(cases)('%s is written today as it was recorded', (name, { codec, message }) => {
  expect(Buffer.from(codec.encode(message).finish()).toString('hex')).toBe(recordedAs.get(name)!.bytes);
});

describe('a newer peer', () => {
  const unknown = [
    { no: 2000, wireType: 0, data: Uint8Array.of(7) },
    { no: 2001, wireType: 2, data: Uint8Array.of(3, 0x61, 0x62, 0x63) },
    { no: 2002, wireType: 5, data: Uint8Array.of(1, 2, 3, 4) },
  ];

  test.each(cases)('may send fields that we do not know, anywhere in %s', (name, { codec, message }) => {
    let added = 0;
    const addUnknown = (part: Message) => {
      part.$unknown = unknown;
      added++;
    };
    const bytes = tamperedBytes(name, (_, owner) => addUnknown(owner.message));
    expect(added).toBeGreaterThan(0);
    expect(bytes.length).toBeGreaterThan(recordedAs.get(name)!.bytes.length / 2);
    expect(codec.decode(bytes)).toEqual(message);
  });

  // What is packed in an Any is read on its own: `rejection` is among the cases.
  const unpacked = cases.filter(([, { type }]) => type !== 'google.rpc.Status');
  test.each(unpacked)('may send enum values that we do not know, anywhere in %s', (name, { codec, message }) => {
    let enums = 0;
    const bytes = tamperedBytes(name, (field, owner) => {
      if (field.fieldKind === 'list' && field.listKind === 'enum') {
        const values = owner.get(field);
        for (let index = 0; index < values.size; index++) values.set(index, 4242);
        enums += values.size;
      }
      if (field.fieldKind !== 'enum') return;
      owner.set(field, 4242);
      enums++;
    });
    const read = JSON.stringify(codec.decode(bytes));
    // Nothing else is lost: with the unknown values put aside, the message is the same.
    expect(read.split('"UNRECOGNIZED"').length - 1).toBe(enums);
    expect(read).toBe(JSON.stringify(message, (_, value: unknown) => (isEnumText(value) ? 'UNRECOGNIZED' : value)));
  });

  const enumTexts = new Set(
    [...types].flatMap((type) => (type.kind === 'enum' ? type.values.map(({ name }) => name) : [])),
  );
  // A field that is not set is not on the wire, and stays as it is.
  const isEnumText = (value: unknown): boolean =>
    typeof value === 'string' && enumTexts.has(value) && !value.endsWith('_UNSPECIFIED');
});

test('an empty request of every kind can be read', () => {
  for (const { type, codec } of GOLDEN_MESSAGES) {
    expect(Object.keys(codec.decode(new Uint8Array()) as object)).toEqual(
      Object.keys(codec.decode(toBinary(types.getMessage(type)!, create(types.getMessage(type)!))) as object),
    );
  }
});
