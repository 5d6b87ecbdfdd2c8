import type { CallRepository } from '@dialplane/calls';
import type { ListCallsRequest, ListCallsResponse } from '@dialplane/contracts';
import { invalidArgument } from '@dialplane/grpc';
import type { UserTenantReader } from '@dialplane/tenancy';

import { readPageToken, writePageToken } from './requests/page-token.ts';
import { readListRequest } from './requests/read-list-request.ts';
import { resolveTenant } from './requests/resolve-tenant.ts';
import { toCall } from './answers/to-call.ts';
import { userNotFound } from './refusals/user-not-found.ts';

export interface ListCallsParts {
  readonly users: UserTenantReader;
  readonly calls: Pick<CallRepository, 'list'>;
}

/** Dispatcher.ListCalls: a page of the caller's own tenant's calls, newest first. */
export async function listCalls(
  { users, calls }: ListCallsParts,
  request: ListCallsRequest,
): Promise<ListCallsResponse> {
  const { filter, pageSize } = readListRequest(request);
  const tenantId = await resolveTenant(users, request);
  if (tenantId === undefined) throw userNotFound();

  const after = request.pageToken === '' ? undefined : readPageToken(tenantId, filter, request.pageToken);
  if (request.pageToken !== '' && after === undefined) {
    const description = 'must be next_page_token of a page with the same filters, unchanged';
    throw invalidArgument([{ field: 'page_token', description }]);
  }
  // One more than asked for tells whether there is a next page.
  const found = await calls.list(tenantId, filter, { after, limit: pageSize + 1 });
  const page = found.slice(0, pageSize);
  const last = found.length > pageSize ? page.at(-1) : undefined;
  const nextPageToken =
    last === undefined ? '' : writePageToken(tenantId, filter, { createdAt: last.createdAt, callId: last.id });
  return { calls: page.map(toCall), nextPageToken };
}
