import { isE164, isFromNumber, isUuid } from '@dialplane/tenancy';

import type { RouteRequest } from './routing-view.ts';

/** A request's fields as they came over the wire; an empty string is a field that was not set. */
export interface WrittenRouteRequest {
  readonly initiatedBy: string;
  readonly tenantId: string;
  readonly fromNumber: string;
  readonly toNumber: string;
  readonly agentId: string;
}

/** A field that is malformed, by its name in the proto. Never repeats the value: it may be personal, or hostile. */
export interface FieldProblem {
  readonly field: string;
  readonly description: string;
}

export type RouteRequestReading =
  | { readonly kind: 'ok'; readonly request: RouteRequest }
  | { readonly kind: 'malformed'; readonly problems: readonly FieldProblem[] };

const AGENT_ID = /^[\x21-\x7e]{0,128}$/;

/** Checks a request's syntax. What it means is for the decision to find out. */
export function readRouteRequest(written: WrittenRouteRequest): RouteRequestReading {
  const { initiatedBy, tenantId, fromNumber, toNumber, agentId } = written;
  const problems: FieldProblem[] = [...callerProblems(written)];
  if (!isFromNumber(fromNumber)) {
    problems.push({
      field: 'from_number',
      description: 'must be E.164, such as +12125550100, or 3 to 15 ASCII digits',
    });
  }
  if (!isE164(toNumber)) {
    problems.push({
      field: 'to_number',
      description: 'must be E.164: + and 7 to 15 ASCII digits, such as +12125550100',
    });
  }
  if (!AGENT_ID.test(agentId)) {
    problems.push({ field: 'agent_id', description: 'must be at most 128 printable ASCII characters without spaces' });
  }
  if (problems.length > 0) return { kind: 'malformed', problems };
  const request = {
    initiatedBy: initiatedBy === '' ? undefined : initiatedBy.toLowerCase(),
    tenantId: tenantId === '' ? undefined : tenantId.toLowerCase(),
    fromNumber,
    toNumber,
    agentId,
  };
  return { kind: 'ok', request };
}

/** Checks the two fields that every request names its tenant by. */
export function callerProblems({
  initiatedBy,
  tenantId,
}: Pick<WrittenRouteRequest, 'initiatedBy' | 'tenantId'>): FieldProblem[] {
  if (initiatedBy === '' && tenantId === '') {
    return [{ field: 'initiated_by', description: 'one of initiated_by and tenant_id is required' }];
  }
  const problems: FieldProblem[] = [];
  if (initiatedBy !== '' && !isUuid(initiatedBy))
    problems.push({ field: 'initiated_by', description: 'must be a UUID' });
  if (tenantId !== '' && !isUuid(tenantId)) problems.push({ field: 'tenant_id', description: 'must be a UUID' });
  return problems;
}

/** What is wrong when both are given and mean different tenants. */
export const CALLER_CONFLICT: FieldProblem = {
  field: 'tenant_id',
  description: "is not the tenant of the user in initiated_by; send one of the two, or the user's own tenant",
};
