import type { RouteCallRequest } from '@dialplane/contracts';
import { invalidArgument } from '@dialplane/grpc';
import { parseSnapshotVersion, readRouteRequest } from '@dialplane/routing';
import type { RouteRequest, SnapshotVersion } from '@dialplane/routing';

/** A request whose syntax is right. */
export interface ReadRequest {
  readonly request: RouteRequest;
  /** The oldest configuration to decide on; undefined: any. */
  readonly wanted: SnapshotVersion | undefined;
}

/** Checks a request's syntax; throws INVALID_ARGUMENT with every problem found. */
export function readRequest(written: RouteCallRequest): ReadRequest {
  const { minSnapshotVersion } = written;
  const reading = readRouteRequest(written);
  const wanted = minSnapshotVersion === '' ? undefined : parseSnapshotVersion(minSnapshotVersion);
  const isVersionWrong = minSnapshotVersion !== '' && wanted === undefined;
  if (reading.kind === 'ok' && !isVersionWrong) return { request: reading.request, wanted };
  const problems = reading.kind === 'malformed' ? [...reading.problems] : [];
  if (isVersionWrong) {
    problems.push({
      field: 'min_snapshot_version',
      description: 'must be a snapshot_version as an earlier reply had it',
    });
  }
  throw invalidArgument(problems);
}
