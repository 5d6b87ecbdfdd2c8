import type { CallFilter, CallState as State } from '@dialplane/calls';
import { CallState } from '@dialplane/contracts';
import type { ListCallsRequest } from '@dialplane/contracts';
import { invalidArgument } from '@dialplane/grpc';
import type { Violation } from '@dialplane/grpc';
import { callerProblems } from '@dialplane/routing';
import { isE164 } from '@dialplane/tenancy';

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 200;
/** What PostgreSQL and JavaScript both can tell apart, in years. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 9999;

export interface ReadListRequest {
  readonly filter: CallFilter;
  readonly pageSize: number;
}

const STATES: Readonly<Partial<Record<CallState, State>>> = {
  [CallState.ACCEPTED]: 'accepted',
  [CallState.IN_PROGRESS]: 'in_progress',
  [CallState.ENDED]: 'ended',
  [CallState.FAILED]: 'failed',
  [CallState.CANCELLED]: 'cancelled',
  [CallState.UNKNOWN]: 'unknown',
};

/** Reads a ListCalls request; throws INVALID_ARGUMENT with every problem. The page token is read by its own reader. */
export function readListRequest(written: ListCallsRequest): ReadListRequest {
  const problems: Violation[] = callerProblems(written);
  const states = new Set<State>();
  for (const state of written.states) {
    const known = STATES[state];
    if (known !== undefined) states.add(known);
    else problems.push({ field: 'states', description: 'has a value that is not one of the states that calls have' });
  }
  const numberOf = (field: 'to_number' | 'from_number', number: string): string | undefined => {
    if (number === '') return undefined;
    if (!isE164(number)) problems.push({ field, description: 'must be E.164, such as +12125550100' });
    return number;
  };
  const momentOf = (field: 'created_from' | 'created_before', moment: Date | undefined): Date | undefined => {
    const year = moment?.getUTCFullYear() ?? FIRST_YEAR;
    if (!(year >= FIRST_YEAR && year <= LAST_YEAR))
      problems.push({ field, description: `must be a moment of the years ${FIRST_YEAR} to ${LAST_YEAR}` });
    return moment;
  };
  const filter = {
    states: [...states],
    toNumber: numberOf('to_number', written.toNumber),
    fromNumber: numberOf('from_number', written.fromNumber),
    createdFrom: momentOf('created_from', written.createdFrom),
    createdBefore: momentOf('created_before', written.createdBefore),
  };
  if (written.pageSize > MAX_PAGE_SIZE)
    problems.push({ field: 'page_size', description: `must be 1 to ${MAX_PAGE_SIZE}` });
  if (problems.length > 0) throw invalidArgument(problems);
  return { filter, pageSize: written.pageSize === 0 ? DEFAULT_PAGE_SIZE : written.pageSize };
}
