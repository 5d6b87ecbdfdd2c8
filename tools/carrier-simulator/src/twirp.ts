import type { HttpReply, HttpRequest } from './http-message.ts';

const STATUSES = {
  canceled: 408,
  invalid_argument: 400,
  malformed: 400,
  deadline_exceeded: 408,
  not_found: 404,
  bad_route: 404,
  permission_denied: 403,
  unauthenticated: 401,
  resource_exhausted: 429,
  failed_precondition: 412,
  aborted: 409,
  internal: 500,
  unavailable: 503,
} as const;

export type TwirpCode = keyof typeof STATUSES;

/** An error as LiveKit's API server words it. */
export function twirpError(code: TwirpCode, msg: string, meta?: Readonly<Record<string, string>>): HttpReply {
  return jsonReply(STATUSES[code], { code, msg, ...(meta !== undefined && { meta }) });
}

/** A message of LiveKit's protocol; what its generated classes have. */
export interface ProtocolMessage {
  toBinary(): Uint8Array;
  toJson(options?: { emitDefaultValues?: boolean; useProtoFieldName?: boolean }): unknown;
}

export interface ProtocolMessageType<T> {
  fromBinary(bytes: Uint8Array): T;
  fromJson(json: unknown, options?: { ignoreUnknownFields?: boolean }): T;
}

/** The request's message, or undefined when it has none of this type; in JSON or, as some SDKs send, in binary. */
export function readMessage<T>(
  { headers, body }: Pick<HttpRequest, 'body'> & { headers: { 'content-type'?: unknown } },
  type: ProtocolMessageType<T>,
): T | undefined {
  try {
    if (isBinary(headers)) return type.fromBinary(body);
    return type.fromJson(JSON.parse(body.toString('utf8')) as unknown, { ignoreUnknownFields: true });
  } catch {
    return undefined;
  }
}

/** A 200 in the encoding of the request. */
export function messageReply(request: HttpRequest, message: ProtocolMessage): HttpReply {
  if (!isBinary(request.headers))
    return jsonReply(200, message.toJson({ emitDefaultValues: true, useProtoFieldName: true }));
  return { status: 200, headers: { 'content-type': 'application/protobuf' }, body: Buffer.from(message.toBinary()) };
}

export function jsonReply(status: number, json: unknown): HttpReply {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(json)) };
}

function isBinary(headers: { 'content-type'?: unknown }): boolean {
  return /^application\/protobuf\b/i.test(String(headers['content-type']));
}
