import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';

/** What a client asks; `bytes` is the request as it came, which the reply repeats. */
export interface ReflectionRequest {
  readonly bytes: Buffer;
  readonly question: ReflectionQuestion;
}

export type ReflectionQuestion =
  | { readonly kind: 'file_by_filename'; readonly name: string }
  | { readonly kind: 'file_containing_symbol'; readonly symbol: string }
  | { readonly kind: 'file_containing_extension'; readonly type: string; readonly number: number }
  | { readonly kind: 'all_extension_numbers_of_type'; readonly type: string }
  | { readonly kind: 'list_services' }
  | { readonly kind: 'unknown' };

export type ReflectionAnswer =
  | { readonly kind: 'files'; readonly files: readonly Uint8Array[] }
  | { readonly kind: 'extension_numbers'; readonly type: string; readonly numbers: readonly number[] }
  | { readonly kind: 'services'; readonly names: readonly string[] }
  | { readonly kind: 'error'; readonly code: number; readonly message: string };

export interface ReflectionResponse {
  readonly request: ReflectionRequest;
  readonly answer: ReflectionAnswer;
}

/** Reads grpc.reflection.v1.ServerReflectionRequest, whose wire form v1alpha shares. */
export function readReflectionRequest(bytes: Buffer): ReflectionRequest {
  const reader = new BinaryReader(bytes);
  let question: ReflectionQuestion = { kind: 'unknown' };
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 3) question = { kind: 'file_by_filename', name: reader.string() };
    else if (field === 4) question = { kind: 'file_containing_symbol', symbol: reader.string() };
    else if (field === 5) question = readExtension(reader.bytes());
    else if (field === 6) question = { kind: 'all_extension_numbers_of_type', type: reader.string() };
    else if (field === 7) question = (reader.string(), { kind: 'list_services' });
    else reader.skip(wireType);
  }
  return { bytes, question };
}

function readExtension(bytes: Uint8Array): ReflectionQuestion {
  const reader = new BinaryReader(bytes);
  let type = '';
  let number = 0;
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) type = reader.string();
    else if (field === 2) number = reader.int32();
    else reader.skip(wireType);
  }
  return { kind: 'file_containing_extension', type, number };
}

/** Writes grpc.reflection.v1.ServerReflectionResponse. */
export function writeReflectionResponse({ request, answer }: ReflectionResponse): Buffer {
  const writer = new BinaryWriter().uint32(tag(2)).bytes(request.bytes);
  switch (answer.kind) {
    case 'files':
      writer.uint32(tag(4)).fork();
      for (const file of answer.files) writer.uint32(tag(1)).bytes(file);
      break;
    case 'extension_numbers':
      writer.uint32(tag(5)).fork().uint32(tag(1)).string(answer.type).uint32(tag(2)).fork();
      for (const number of answer.numbers) writer.int32(number);
      writer.join();
      break;
    case 'services':
      writer.uint32(tag(6)).fork();
      for (const name of answer.names) writer.uint32(tag(1)).fork().uint32(tag(1)).string(name).join();
      break;
    case 'error':
      writer.uint32(tag(7)).fork().uint32(VARINT_1).int32(answer.code).uint32(tag(2)).string(answer.message);
      break;
  }
  return Buffer.from(writer.join().finish());
}

/** Of a length-delimited field. */
function tag(field: number): number {
  return (field << 3) | 2;
}

/** Of field 1 as a varint. */
const VARINT_1 = 1 << 3;
