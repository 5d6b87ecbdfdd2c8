import { OnAgentLost, WaitUntil } from '@dialplane/contracts';
import type { DispatchRequest } from '@dialplane/contracts';
import { invalidArgument } from '@dialplane/grpc';
import { readRouteRequest } from '@dialplane/routing';
import type { FieldProblem, RouteRequest } from '@dialplane/routing';

import type { Milestone } from '../has-reached.ts';

/** A Dispatch request whose syntax is right, with its defaults filled in. */
export interface ReadDispatchRequest extends RouteRequest {
  readonly idempotencyKey: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly ringingTimeoutSeconds: number;
  readonly maxDurationSeconds: number;
  readonly waitUntil: Milestone;
  readonly onAgentLost: 'end' | 'keep';
}

const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/;
/** In bytes of UTF-8. */
const METADATA_MAX_BYTES = 16 * 1024;
const METADATA_MAX_DEPTH = 32;
/** In seconds. LiveKit's server caps a dial at 80 s whatever it is asked for. */
const RINGING_TIMEOUT = { min: 1, max: 80, default: 30 };
/** In seconds. */
const MAX_DURATION = { min: 1, max: 4 * 60 * 60, default: 60 * 60 };

const WAIT_UNTIL: Readonly<Partial<Record<WaitUntil, ReadDispatchRequest['waitUntil']>>> = {
  [WaitUntil.UNSPECIFIED]: 'room_ready',
  [WaitUntil.ACCEPTED]: 'accepted',
  [WaitUntil.ROOM_READY]: 'room_ready',
  [WaitUntil.AGENT_READY]: 'agent_ready',
  [WaitUntil.ANSWERED]: 'answered',
};

const ON_AGENT_LOST: Readonly<Partial<Record<OnAgentLost, ReadDispatchRequest['onAgentLost']>>> = {
  [OnAgentLost.UNSPECIFIED]: 'end',
  [OnAgentLost.END]: 'end',
  [OnAgentLost.KEEP]: 'keep',
};

/** Checks a request's syntax and fills its defaults in; throws INVALID_ARGUMENT with every problem found. */
export function readDispatchRequest(written: DispatchRequest): ReadDispatchRequest {
  const problems: FieldProblem[] = [];
  const refuse = (field: string, description: string): undefined => {
    problems.push({ field, description });
    return undefined;
  };

  const route = readRouteRequest({ ...written, routingKey: '' });
  if (route.kind === 'malformed') problems.push(...route.problems);
  if (written.agentId === '') refuse('agent_id', 'is required');
  if (!IDEMPOTENCY_KEY.test(written.idempotencyKey))
    refuse('idempotency_key', 'must be 1 to 255 printable ASCII characters');
  const metadata = readMetadata(written.metadata, refuse);
  const ringingTimeoutSeconds = readSeconds('ringing_timeout', written.ringingTimeout, RINGING_TIMEOUT, refuse);
  const maxDurationSeconds = readSeconds('max_duration', written.maxDuration, MAX_DURATION, refuse);
  const waitUntil = WAIT_UNTIL[written.waitUntil] ?? refuse('wait_until', 'is not known to this version');
  const onAgentLost = ON_AGENT_LOST[written.onAgentLost] ?? refuse('on_agent_lost', 'is not known to this version');

  if (
    problems.length > 0 ||
    route.kind === 'malformed' ||
    metadata === undefined ||
    waitUntil === undefined ||
    onAgentLost === undefined ||
    ringingTimeoutSeconds === undefined ||
    maxDurationSeconds === undefined
  ) {
    throw invalidArgument(problems);
  }
  return {
    ...route.request,
    idempotencyKey: written.idempotencyKey,
    metadata,
    ringingTimeoutSeconds,
    maxDurationSeconds,
    waitUntil,
    onAgentLost,
  };
}

type Refuse = (field: string, description: string) => undefined;

function readMetadata(text: string, refuse: Refuse): Record<string, unknown> | undefined {
  if (text === '') return {};
  if (Buffer.byteLength(text) > METADATA_MAX_BYTES) return refuse('metadata', 'is longer than 16 KiB');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse('metadata', 'is not JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return refuse('metadata', 'is not a JSON object');
  const problem = jsonProblem(json);
  return problem === undefined ? (json as Record<string, unknown>) : refuse('metadata', problem);
}

/** Finds what would not arrive as it was sent: NUL, halves of surrogate pairs, integers over 2^53; and nesting that no agent needs. */
function jsonProblem(root: unknown): string | undefined {
  const open = [{ value: root, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    if (depth > METADATA_MAX_DEPTH) return `is nested more than ${METADATA_MAX_DEPTH} levels deep`;
    if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed()))
      return 'holds NUL or a broken character';
    if (Number.isInteger(value) && !Number.isSafeInteger(value))
      return 'holds an integer over 2^53: send it as a string';
    if (value === Infinity || value === -Infinity) return 'holds a number that is too large: send it as a string';
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value))
      open.push({ value: key, depth }, { value: inner, depth: depth + 1 });
  }
  return undefined;
}

function readSeconds(
  field: string,
  written: { readonly seconds: number; readonly nanos: number } | undefined,
  { min, max, default: fallback }: { readonly min: number; readonly max: number; readonly default: number },
  refuse: Refuse,
): number | undefined {
  if (written === undefined) return fallback;
  const seconds = written.seconds + written.nanos / 1e9;
  if (!(seconds >= min && seconds <= max)) return refuse(field, `must be ${min} to ${max} seconds`);
  return Math.ceil(seconds);
}
