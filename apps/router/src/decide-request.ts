import type { RouteCallRequest } from '@dialplane/contracts';
import { invalidArgument, StatusError } from '@dialplane/grpc';
import type { CallContext } from '@dialplane/grpc';
import { CALLER_CONFLICT, decideRoute, parseSnapshotVersion, readRouteRequest } from '@dialplane/routing';
import type { Decision, RouteRequest, RoutingView, SnapshotVersion } from '@dialplane/routing';

/** Loads the configuration that bears on one request. */
export type LoadView = (request: RouteRequest) => Promise<RoutingView>;

export interface DecidedRequest {
  readonly decision: Decision;
  /** `<epoch>.<version>`. */
  readonly snapshotVersion: string;
}

/** How often the configuration is looked at again while a requested version has not been reached. */
const VERSION_POLL_MS = 50;
/** How long it is waited for when the caller sets no deadline, in milliseconds. */
const VERSION_WAIT_MS = 5_000;
/** What is kept of the caller's deadline for the reply itself. */
const REPLY_RESERVE_MS = 100;

/** Checks the request, loads its view and decides. What RouteCall and ExplainRoute have in common. */
export async function decideRequest(
  loadView: LoadView,
  written: RouteCallRequest,
  context: CallContext,
): Promise<DecidedRequest> {
  const reading = readRouteRequest(written);
  const wanted = written.minSnapshotVersion === '' ? undefined : parseSnapshotVersion(written.minSnapshotVersion);
  const problems = reading.kind === 'malformed' ? [...reading.problems] : [];
  if (written.minSnapshotVersion !== '' && wanted === undefined) {
    problems.push({
      field: 'min_snapshot_version',
      description: 'must be a snapshot_version as an earlier reply had it',
    });
  }
  if (reading.kind === 'malformed' || problems.length > 0) throw invalidArgument(problems);

  const { request } = reading;
  const view = wanted === undefined ? await loadView(request) : await loadViewFrom(wanted, loadView, request, context);
  const { tenantId } = request;
  if (tenantId !== undefined && view.userTenantId !== undefined && tenantId !== view.userTenantId) {
    throw invalidArgument([CALLER_CONFLICT]);
  }
  return { decision: decideRoute(view, request, new Date()), snapshotVersion: view.snapshotVersion };
}

/** Loads a view of `wanted` or later, waiting for it as long as the deadline allows. */
async function loadViewFrom(
  wanted: SnapshotVersion,
  loadView: LoadView,
  request: RouteRequest,
  { deadline, signal }: CallContext,
): Promise<RoutingView> {
  const giveUpAt = deadline === undefined ? Date.now() + VERSION_WAIT_MS : deadline.getTime() - REPLY_RESERVE_MS;
  for (;;) {
    const view = await loadView(request);
    const current = parseSnapshotVersion(view.snapshotVersion);
    if (current?.epoch === wanted.epoch && current.version >= wanted.version) return view;
    const hopeless = current?.epoch !== wanted.epoch;
    if (hopeless || signal.aborted || Date.now() + VERSION_POLL_MS >= giveUpAt)
      throw tooOld(view.snapshotVersion, wanted, hopeless);
    await new Promise((resolve) => setTimeout(resolve, VERSION_POLL_MS));
  }
}

function tooOld(current: string, wanted: SnapshotVersion, otherEpoch: boolean): StatusError {
  const asked = `${wanted.epoch}.${wanted.version}`;
  return new StatusError({
    code: 'UNAVAILABLE',
    reason: 'SNAPSHOT_TOO_OLD',
    message: `The configuration is at ${current}; ${asked} was asked for.`,
    fault: 'dialplane',
    retryable: !otherEpoch,
    hint: otherEpoch
      ? 'The database has been restored or promoted since: drop min_snapshot_version, or take a new one from a reply.'
      : 'Ask again later, or with a longer deadline.',
    metadata: { current_snapshot_version: current, min_snapshot_version: asked },
  });
}
