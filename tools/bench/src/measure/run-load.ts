import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

import { cpuTime, cpuTimeWithChildren } from './cpu-time.ts';

/** What is asked of which server. */
export interface Load {
  readonly address: string;
  readonly pid: number;
  /** A server that works for this one, its PostgreSQL; its CPU time is counted by itself. */
  readonly databasePid?: number | undefined;
  readonly requestsFile: string;
  /** Which request of the file to begin with. */
  readonly offset: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** Requests a second on a fixed schedule; undefined: as fast as they are answered. */
  readonly rate?: number | undefined;
  /** Ask by RouteCalls, so many requests in a message; undefined: by RouteCall. */
  readonly batch?: number | undefined;
}

/** How a load went. Latencies are of messages, in milliseconds. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
  /** Of the server's process, in microseconds; undefined where it cannot be known. */
  readonly cpuPerRequestUs: number | undefined;
  /** The same of its database. */
  readonly databaseCpuPerRequestUs: number | undefined;
  /** Warm-up included. */
  readonly allRequests: number;
}

/** What the load generator prints. */
interface Printed {
  readonly requests: number;
  readonly routes: number;
  readonly rejections: number;
  readonly request_errors: number;
  readonly all_requests: number;
  readonly all_routes: number;
  readonly failed_messages: number;
  readonly first_error?: string;
  readonly requests_per_second: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly p999_ms: number;
  readonly max_ms: number;
}

/** Connections, and messages under way over all of them. */
const CONNECTIONS = 4;
const IN_FLIGHT = 64;
/** Under way on each stream: enough that the server never waits for the client. */
const BATCHES_IN_FLIGHT = 2 * CONNECTIONS;

/** Puts a load on a server. Throws when a single request got anything but a route. */
export async function runLoad(loadgen: string, load: Load): Promise<LoadResult> {
  const { address, pid, databasePid, batch, rate } = load;
  const args = {
    target: address,
    method: `/dialplane.v1.Router/${batch === undefined ? 'RouteCall' : 'RouteCalls'}`,
    requests: load.requestsFile,
    offset: load.offset,
    connections: CONNECTIONS,
    'in-flight': batch === undefined ? IN_FLIGHT : BATCHES_IN_FLIGHT,
    'warm-up': `${load.warmUpSeconds}s`,
    duration: `${load.seconds}s`,
    ...(batch !== undefined && { batch }),
    ...(rate !== undefined && { rate }),
  };
  const before = [cpuTime(pid), databasePid && cpuTimeWithChildren(databasePid)] as const;
  const { stdout } = await promisify(execFile)(
    loadgen,
    Object.entries(args).map(([name, value]) => `-${name}=${value}`),
    // One core is the server's.
    { env: { ...process.env, GOMAXPROCS: String(Math.max(1, availableParallelism() - 1)) } },
  );
  const after = [cpuTime(pid), databasePid && cpuTimeWithChildren(databasePid)] as const;
  const printed = JSON.parse(stdout) as Printed;
  mustBeRoutes(printed, address);
  const perRequest = (at: 0 | 1): number | undefined => {
    const [start, end] = [before[at], after[at]];
    return start === undefined || end === undefined ? undefined : (end - start) / printed.all_requests;
  };
  return {
    requestsPerSecond: printed.requests_per_second,
    p50Ms: printed.p50_ms,
    p99Ms: printed.p99_ms,
    p999Ms: printed.p999_ms,
    maxMs: printed.max_ms,
    cpuPerRequestUs: perRequest(0),
    databaseCpuPerRequestUs: perRequest(1),
    allRequests: printed.all_requests,
  };
}

/** A bench of refusals must not pass for one of routes. */
function mustBeRoutes(printed: Printed, address: string): void {
  const {
    all_requests: all,
    all_routes: routes,
    rejections,
    request_errors: errors,
    failed_messages: failed,
  } = printed;
  if (all > 0 && printed.requests === 0 && failed === 0)
    throw new Error(`The server at ${address} answered no request while the clock ran: the machine is too busy.`);
  if (failed === 0 && routes === all && all > 0) return;
  throw new Error(
    `The server at ${address} answered ${all} requests, ${routes} of them with a route ` +
      `(${rejections} rejections and ${errors} errors while the clock ran), and ${failed} calls failed. ${printed.first_error ?? ''}`,
  );
}
