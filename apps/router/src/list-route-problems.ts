import { setImmediate as nextTurn } from 'node:timers/promises';

import type { ListRouteProblemsRequest, ListRouteProblemsResponse } from '@dialplane/contracts';
import type { SnapshotFeed } from '@dialplane/database';
import { invalidArgument } from '@dialplane/grpc';
import type { CallContext, Violation } from '@dialplane/grpc';
import type { RowProblem } from '@dialplane/routing';
import { isUuid } from '@dialplane/tenancy';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;
/** How many problems come before the page. */
const PAGE_TOKEN = /^after-(\d{1,9})$/;

/**
 * Router.ListRouteProblems: rows that cannot be used as they are. Other calls are answered between the slices of the
 * search. A page that is asked for after rows have changed may repeat or leave out some.
 */
export async function listRouteProblems(
  { feed }: { readonly feed: Pick<SnapshotFeed, 'current'> },
  written: ListRouteProblemsRequest,
  { signal }: CallContext,
): Promise<ListRouteProblemsResponse> {
  const { tenantId, pageSize, skipped } = readPage(written);
  const snapshot = feed.current();
  const found: RowProblem[] = [];
  for (const slice of snapshot.problemsInSlices()) {
    for (const problem of slice) {
      if (tenantId === undefined || problem.tenantId === tenantId) found.push(problem);
    }
    // One more than the page has tells whether there is another.
    if (found.length > skipped + pageSize) break;
    await nextTurn();
    signal.throwIfAborted();
  }
  const end = skipped + pageSize;
  return {
    problems: found.slice(skipped, end).map((problem) => ({ ...problem, tenantId: problem.tenantId ?? '' })),
    nextPageToken: found.length > end ? `after-${end}` : '',
    snapshotVersion: snapshot.snapshotVersion,
  };
}

function readPage({ tenantId, pageSize, pageToken }: ListRouteProblemsRequest) {
  const problems: Violation[] = [];
  if (tenantId !== '' && !isUuid(tenantId)) problems.push({ field: 'tenant_id', description: 'must be a UUID' });
  if (pageSize < 0 || pageSize > MAX_PAGE_SIZE)
    problems.push({ field: 'page_size', description: `must be 1 to ${MAX_PAGE_SIZE}, or unset` });
  const [, after] = pageToken === '' ? ['', '0'] : (PAGE_TOKEN.exec(pageToken) ?? []);
  if (after === undefined)
    problems.push({ field: 'page_token', description: 'must be a next_page_token as an earlier reply had it' });
  if (problems.length > 0) throw invalidArgument(problems);
  return {
    tenantId: tenantId === '' ? undefined : tenantId.toLowerCase(),
    pageSize: pageSize === 0 ? DEFAULT_PAGE_SIZE : pageSize,
    skipped: Number(after),
  };
}
