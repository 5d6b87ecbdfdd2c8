import { setImmediate as nextTurn } from 'node:timers/promises';

import type { ListRouteProblemsRequest, ListRouteProblemsResponse } from '@dialplane/contracts';
import type { SnapshotFeed } from '@dialplane/database';
import { invalidArgument } from '@dialplane/grpc';
import type { CallContext, Violation } from '@dialplane/grpc';
import { PROBLEM_TABLES } from '@dialplane/routing';
import type { ProblemPlace, ProblemsOfRow, RowProblem } from '@dialplane/routing';
import { isUuid } from '@dialplane/tenancy';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;
/** How long the search keeps others from their turn. */
const SLICE_MS = 5;
/** Where the page begins: at a row's problem, the row by its place and the problem by its number among the row's. */
const PAGE_TOKEN = /^([a-z_]+)-(\d{1,10})-(\d{1,2})$/;

/**
 * Router.ListRouteProblems: rows that cannot be used as they are. Other calls are answered between the slices of the
 * search. A page goes on at the place where the one before ended, so that one that is asked for after rows have
 * changed may repeat or leave out some.
 */
export async function listRouteProblems(
  { feed }: { readonly feed: Pick<SnapshotFeed, 'current'> },
  written: ListRouteProblemsRequest,
  { signal }: CallContext,
): Promise<ListRouteProblemsResponse> {
  const { tenantId, pageSize, from } = readPage(written);
  const snapshot = feed.current();
  const found: RowProblem[] = [];
  let nextPageToken = '';
  let sliceEnd = performance.now() + SLICE_MS;
  for (const row of snapshot.findProblems(from)) {
    if (row !== undefined) nextPageToken = takeInto(found, row, { tenantId, pageSize, from });
    if (nextPageToken !== '') break;
    if (performance.now() < sliceEnd) continue;
    await nextTurn();
    signal.throwIfAborted();
    sliceEnd = performance.now() + SLICE_MS;
  }
  return {
    problems: found.map((problem) => ({ ...problem, tenantId: problem.tenantId ?? '' })),
    nextPageToken,
    snapshotVersion: snapshot.snapshotVersion,
  };
}

/** Adds a row's problems to the page. Returns the token of the next page once there is one that does not fit. */
function takeInto(
  found: RowProblem[],
  { table, row, problems }: ProblemsOfRow,
  { tenantId, pageSize, from }: Pick<Page, 'tenantId' | 'pageSize' | 'from'>,
): string {
  const skipped = table === from?.table && row === from.row ? from.problem : 0;
  for (const [index, problem] of problems.entries()) {
    if (index < skipped || (tenantId !== undefined && problem.tenantId !== tenantId)) continue;
    if (found.length === pageSize) return `${table}-${row}-${index}`;
    found.push(problem);
  }
  return '';
}

interface Page {
  readonly tenantId: string | undefined;
  readonly pageSize: number;
  readonly from: (ProblemPlace & { readonly problem: number }) | undefined;
}

function readPage({ tenantId, pageSize, pageToken }: ListRouteProblemsRequest): Page {
  const problems: Violation[] = [];
  if (tenantId !== '' && !isUuid(tenantId)) problems.push({ field: 'tenant_id', description: 'must be a UUID' });
  if (pageSize < 0 || pageSize > MAX_PAGE_SIZE)
    problems.push({ field: 'page_size', description: `must be 1 to ${MAX_PAGE_SIZE}, or unset` });
  const from = readPlace(pageToken);
  if (pageToken !== '' && from === undefined)
    problems.push({ field: 'page_token', description: 'must be a next_page_token as an earlier reply had it' });
  if (problems.length > 0) throw invalidArgument(problems);
  return {
    tenantId: tenantId === '' ? undefined : tenantId.toLowerCase(),
    pageSize: pageSize === 0 ? DEFAULT_PAGE_SIZE : pageSize,
    from,
  };
}

function readPlace(pageToken: string): Page['from'] {
  const [, name, row, problem] = PAGE_TOKEN.exec(pageToken) ?? [];
  const table = PROBLEM_TABLES.find((one) => one === name);
  return table === undefined ? undefined : { table, row: Number(row), problem: Number(problem) };
}
