import { createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescFile, FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { status } from '@grpc/grpc-js';
import type { ServerDuplexStream } from '@grpc/grpc-js';

import { readReflectionRequest, writeReflectionResponse } from './reflection-messages.ts';
import type {
  ReflectionAnswer,
  ReflectionQuestion,
  ReflectionRequest,
  ReflectionResponse,
} from './reflection-messages.ts';
import type { ServedService } from './served-service.ts';

/**
 * Server reflection, so that grpcurl and its like need no protos: v1, and v1alpha for older clients. `image` is a
 * google.protobuf.FileDescriptorSet, `services` what to list, for example `dialplane.v1.Router`.
 */
export function createReflection(image: Uint8Array, services: readonly string[]): ServedService[] {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
  const serverReflectionInfo = (call: ServerDuplexStream<ReflectionRequest, ReflectionResponse>): void => {
    call.on('data', (request: ReflectionRequest) =>
      call.write({ request, answer: answer(registry, services, request.question) }),
    );
    call.on('end', () => call.end());
  };
  return ['v1', 'v1alpha'].map((version) => ({
    definition: {
      serverReflectionInfo: {
        path: `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
        requestStream: true,
        responseStream: true,
        requestSerialize: ({ bytes }: ReflectionRequest) => bytes,
        requestDeserialize: readReflectionRequest,
        responseSerialize: writeReflectionResponse,
        responseDeserialize: (bytes: Buffer) => bytes,
      },
    },
    implementation: { serverReflectionInfo },
  }));
}

function answer(registry: FileRegistry, services: readonly string[], question: ReflectionQuestion): ReflectionAnswer {
  switch (question.kind) {
    case 'list_services':
      return { kind: 'services', names: services };
    case 'file_by_filename':
      return filesFrom(registry.getFile(question.name), question.name);
    case 'file_containing_symbol':
      return filesFrom(fileOfSymbol(registry, question.symbol), question.symbol);
    case 'file_containing_extension': {
      const { type, number } = question;
      return filesFrom(
        extensionsOf(registry, type).find((extension) => extension.number === number)?.file,
        `${type} ${number}`,
      );
    }
    case 'all_extension_numbers_of_type': {
      const { type } = question;
      if (registry.getMessage(type) === undefined) return notFound(type);
      return {
        kind: 'extension_numbers',
        type,
        numbers: extensionsOf(registry, type).map((extension) => extension.number),
      };
    }
    case 'unknown':
      return { kind: 'error', code: status.UNIMPLEMENTED, message: 'This server does not know the question.' };
  }
}

/** Types, services, and members of both: `dialplane.v1.Router.RouteCall`. */
function fileOfSymbol(registry: FileRegistry, symbol: string): DescFile | undefined {
  const type = registry.get(symbol);
  if (type !== undefined) return type.file;
  const dot = symbol.lastIndexOf('.');
  const [parentName, memberName] = [symbol.slice(0, dot), symbol.slice(dot + 1)];
  const parent = registry.get(parentName);
  if (parent?.kind === 'message') return memberOf(parent.members, memberName) ? parent.file : undefined;
  if (parent?.kind === 'service') return memberOf(parent.methods, memberName) ? parent.file : undefined;
  return undefined;
}

function memberOf(members: readonly { readonly name: string }[], name: string): boolean {
  return members.some((member) => member.name === name);
}

function extensionsOf(registry: FileRegistry, type: string) {
  return [...registry]
    .filter((found) => found.kind === 'extension')
    .filter(({ extendee }) => extendee.typeName === type);
}

/** The file and all that it imports, imports first, so that a client needs one question. */
function filesFrom(file: DescFile | undefined, asked: string): ReflectionAnswer {
  if (file === undefined) return notFound(asked);
  const found = new Set<DescFile>();
  const visit = (next: DescFile): void => {
    if (found.has(next)) return;
    next.dependencies.forEach(visit);
    found.add(next);
  };
  visit(file);
  return { kind: 'files', files: [...found].map(({ proto }) => toBinary(FileDescriptorProtoSchema, proto)) };
}

function notFound(asked: string): ReflectionAnswer {
  return { kind: 'error', code: status.NOT_FOUND, message: `Not in this server's protos: ${asked}` };
}
