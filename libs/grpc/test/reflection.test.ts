import { create, createFileRegistry, fromBinary, getOption } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { RESPONSE, serve } from './serve.ts';
import type { Served } from './serve.ts';

let served: Served;
let client: Client;
beforeAll(async () => {
  served = await serve(async () => RESPONSE);
  client = new Client(served.server.address, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await served.stop();
});

interface Reply {
  /** Fields of ServerReflectionResponse by number. */
  readonly fields: ReadonlyMap<number, Uint8Array[]>;
}

/** Asks one question as any client of server reflection does. */
function ask(question: BinaryWriter, version = 'v1'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const raw = (value: Buffer): Buffer => value;
    const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
    const stream = client.makeBidiStreamRequest(path, raw, raw, new Metadata());
    let reply: Reply | undefined;
    stream.on('data', (bytes: Buffer) => (reply = { fields: readFields(bytes) }));
    stream.on('end', () => (reply === undefined ? reject(new Error('no reply')) : resolve(reply)));
    stream.on('error', reject);
    stream.write(Buffer.from(question.finish()));
    stream.end();
  });
}

const question = (field: number, text: string): BinaryWriter =>
  new BinaryWriter().uint32((field << 3) | 2).string(text);

/** Length-delimited fields as bytes, and varints as their number in one byte. */
function readFields(bytes: Uint8Array): Map<number, Uint8Array[]> {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, Uint8Array[]>();
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    const value = wireType === WireType.LengthDelimited ? reader.bytes() : Uint8Array.of(reader.int32());
    fields.set(field, [...(fields.get(field) ?? []), value]);
  }
  return fields;
}

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();
const inside = ({ fields }: Reply, field: number): Map<number, Uint8Array[]> =>
  readFields(fields.get(field)?.[0] ?? new Uint8Array());

/** Everything that a client knows after one answer with files. Fails unless the files are complete. */
function registryOf(reply: Reply) {
  const files = inside(reply, 4).get(1) ?? [];
  return createFileRegistry(
    create(FileDescriptorSetSchema, { file: files.map((file) => fromBinary(FileDescriptorProtoSchema, file)) }),
  );
}

describe.each(['v1', 'v1alpha'])('reflection %s', (version) => {
  test('lists what is served', async () => {
    const reply = await ask(question(7, '*'), version);
    const services = (inside(reply, 6).get(1) ?? []).map((service) => text(readFields(service).get(1)?.[0]));
    expect(services).toEqual(['dialplane.v1.Router', 'grpc.health.v1.Health']);
  });

  test('repeats the question in the answer', async () => {
    const asked = question(4, 'dialplane.v1.Router');
    const bytes = asked.finish();
    const reply = await ask(question(4, 'dialplane.v1.Router'), version);
    expect(reply.fields.get(2)).toEqual([bytes]);
  });
});

test.each([
  'dialplane.v1.Router',
  'dialplane.v1.Router.RouteCall',
  'dialplane.v1.RouteCallRequest',
  'dialplane.v1.RouteCallRequest.from_number',
  'dialplane.v1.RouteCallResponse.outcome',
  'dialplane.v1.RouteSource',
  'dialplane.v1.personal',
  'google.protobuf.Timestamp',
  'google.protobuf.FieldDescriptorProto.Type',
  'google.rpc.BadRequest.FieldViolation',
  'grpc.health.v1.Health',
])('describes %s with all that its file imports', async (symbol) => {
  const registry = registryOf(await ask(question(4, symbol)));
  const parent = symbol.slice(0, symbol.lastIndexOf('.'));
  expect(registry.get(symbol) ?? registry.get(parent)).toBeDefined();
});

test('the description keeps which fields are personal', async () => {
  const registry = registryOf(await ask(question(4, 'dialplane.v1.RouteCallRequest')));
  const personal = registry.getExtension('dialplane.v1.personal');
  const fields = registry.getMessage('dialplane.v1.RouteCallRequest')?.fields ?? [];
  const marked = fields.filter((field) => personal !== undefined && getOption(field, personal)).map(({ name }) => name);
  expect(marked).toEqual(['initiated_by', 'from_number', 'to_number']);
});

test('gives a file by its name', async () => {
  const registry = registryOf(await ask(question(3, 'dialplane/v1/router.proto')));
  expect(registry.getService('dialplane.v1.Router')?.methods.map(({ name }) => name)).toEqual([
    'RouteCall',
    'ExplainRoute',
    'RouteCalls',
    'ListRouteProblems',
  ]);
});

const extension = (type: string, number: number): BinaryWriter =>
  new BinaryWriter()
    .uint32((5 << 3) | 2)
    .fork()
    .uint32((1 << 3) | 2)
    .string(type)
    .uint32(2 << 3)
    .int32(number)
    .join();

test('finds an extension by its number, and the numbers of a type', async () => {
  const registry = registryOf(await ask(extension('google.protobuf.FieldOptions', 50101)));
  expect(registry.getExtension('dialplane.v1.personal')).toBeDefined();
  const numbers = inside(await ask(question(6, 'google.protobuf.FieldOptions')), 5);
  expect(text(numbers.get(1)?.[0])).toBe('google.protobuf.FieldOptions');
  expect(new BinaryReader(numbers.get(2)?.[0] ?? new Uint8Array()).int32()).toBe(50101);
});

test.each([
  ['a symbol', question(4, 'dialplane.v1.Missing')],
  ['a member of a service', question(4, 'dialplane.v1.Router.Missing')],
  ['a member of a message', question(4, 'dialplane.v1.Route.missing')],
  ['a symbol without a dot', question(4, 'Missing')],
  ['an empty symbol', question(4, '')],
  ['a file', question(3, 'missing.proto')],
  ['an extension', extension('google.protobuf.FieldOptions', 1)],
  ['a type', question(6, 'dialplane.v1.Missing')],
])('%s that is not there is NOT_FOUND', async (_name, asked) => {
  const error = inside(await ask(asked), 7);
  expect(error.get(1)?.[0]?.[0]).toBe(status.NOT_FOUND);
  expect(text(error.get(2)?.[0])).toContain("Not in this server's protos");
});

test('a question that nobody knows is UNIMPLEMENTED', async () => {
  expect(inside(await ask(question(15, 'x')), 7).get(1)?.[0]?.[0]).toBe(status.UNIMPLEMENTED);
});
