import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { createFileRegistry, fromBinary, getOption, hasOption, toJson } from '@bufbuild/protobuf';
import type { DescExtension, DescField, DescMessage, FileRegistry, JsonValue, Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import type { ReflectMessage } from '@bufbuild/protobuf/reflect';
import { anyUnpack, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { Any } from '@bufbuild/protobuf/wkt';

export const WORKSPACE = resolve(import.meta.dirname, '../../..');
export const PROTOS = join(WORKSPACE, 'proto');
/** The contract that callers have been given last; `npm run proto:release` renews it. */
export const RELEASED = join(PROTOS, 'released/v1.binpb');
export const GOLDEN_FOLDER = join(import.meta.dirname, 'golden');
/** The packages that are ours to keep. */
const PACKAGES = ['dialplane.v1', 'google.rpc'];

/** Runs buf and returns what it complains about, or undefined. */
export function bufProblem(args: readonly string[]): string | undefined {
  try {
    execFileSync(join(WORKSPACE, 'node_modules/.bin/buf'), args, { cwd: PROTOS, encoding: 'utf8', stdio: 'pipe' });
    return undefined;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    if (stdout === undefined) throw error;
    return `${stdout}${stderr ?? ''}`;
  }
}

export const lintProblem = (protos: string): string | undefined => bufProblem(['lint', protos]);

export const breakingProblem = (protos: string, released: string): string | undefined =>
  bufProblem(['breaking', protos, '--against', released]);

/** The types that an image file or a folder of protos describes. */
export function readTypes(protosOrImage: string): FileRegistry {
  const image = execFileSync(
    join(WORKSPACE, 'node_modules/.bin/buf'),
    ['build', protosOrImage, '-o', '-#format=binpb'],
    {
      cwd: PROTOS,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
}

/** A message as it was once recorded. */
export interface Golden {
  readonly name: string;
  /** The message's full name. */
  readonly type: string;
  /** Its bytes in hex. */
  readonly bytes: string;
  /** The same in ProtoJSON, with the names of the proto. */
  readonly value: JsonValue;
}

export function readGoldens(folder: string): Golden[] {
  return readdirSync(folder)
    .sort()
    .map((file) => ({
      name: file.replace(/\.json$/, ''),
      ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Omit<Golden, 'name'>),
    }));
}

/** What the golden messages mean when they are read by these types; an error's text where they cannot be. */
export function readGolden(types: FileRegistry, { type, bytes }: Pick<Golden, 'type' | 'bytes'>): JsonValue {
  try {
    return toJson(messageType(types, type), decode(types, { type, bytes }), {
      registry: types,
      useProtoFieldName: true,
    });
  } catch (error) {
    return String(error);
  }
}

function messageType(types: FileRegistry, name: string): DescMessage {
  const type = types.getMessage(name);
  if (type === undefined) throw new Error(`There is no message ${name}.`);
  return type;
}

export function decode(types: FileRegistry, { type, bytes }: Pick<Golden, 'type' | 'bytes'>): Message {
  return fromBinary(messageType(types, type), Buffer.from(bytes, 'hex'));
}

/** Every field of ours that no golden message sets, and every request and reply that has no golden message. */
export function unrecorded(types: FileRegistry, goldens: readonly Golden[]): string[] {
  const recorded = new Set<string>();
  for (const golden of goldens) {
    recorded.add(golden.type);
    visitFields(types, reflect(messageType(types, golden.type), decode(types, golden)), (field) =>
      recorded.add(fieldName(field)),
    );
  }
  const wanted = [...types].flatMap((type) => {
    if (type.kind === 'service')
      return type.methods.flatMap((method) => [method.input.typeName, method.output.typeName]);
    if (type.kind === 'message' && PACKAGES.includes(type.file.proto.package)) return type.fields.map(fieldName);
    return [];
  });
  return wanted.filter((name) => !recorded.has(name));
}

const fieldName = (field: DescField): string => `${field.parent.typeName}.${field.name}`;

/** Calls back for every field that is set, in the message and all below it. */
export function visitFields(
  types: FileRegistry,
  message: ReflectMessage,
  visit: (field: DescField, owner: ReflectMessage) => void,
): void {
  for (const field of message.fields.filter((field) => message.isSet(field))) {
    visit(field, message);
    for (const part of messagesIn(types, message, field)) visitFields(types, part, visit);
  }
}

function messagesIn(types: FileRegistry, message: ReflectMessage, field: DescField): ReflectMessage[] {
  if (field.fieldKind === 'list' && field.listKind === 'message') {
    return [...message.get(field)].flatMap((item) => unpacked(types, item as ReflectMessage));
  }
  if (field.fieldKind === 'message') return unpacked(types, message.get(field));
  return [];
}

/** The message, and what is inside when it is an Any. */
function unpacked(types: FileRegistry, message: ReflectMessage): ReflectMessage[] {
  if (message.desc.typeName !== 'google.protobuf.Any') return [message];
  const inside = anyUnpack(message.message as Any, types);
  return inside === undefined ? [message] : [message, reflect(messageType(types, inside.$typeName), inside)];
}

/** The fields marked as personal data, by their full names. */
export function personalFields(types: FileRegistry): string[] {
  const personal = types.getExtension('dialplane.v1.personal') as (DescExtension & { extendee: never }) | undefined;
  if (personal === undefined) return [];
  return [...types].flatMap((type) =>
    type.kind === 'message'
      ? type.fields.filter((field) => hasOption(field, personal) && getOption(field, personal) === true).map(fieldName)
      : [],
  );
}

/** Fields that let their bearer in, by their full names, which are not marked to be kept out of logs. */
export function unmarkedTokens(types: FileRegistry): string[] {
  const marked = personalFields(types);
  return [...types].flatMap((type) =>
    type.kind === 'message' && PACKAGES.includes(type.file.proto.package)
      ? type.fields
          .filter(({ name }) => /(^|_)(token|secret|password)$/.test(name) && !name.endsWith('page_token'))
          .map(fieldName)
          .filter((name) => !marked.includes(name))
      : [],
  );
}
