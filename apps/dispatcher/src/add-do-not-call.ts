import type { AddDoNotCallRequest, AddDoNotCallResponse } from '@dialplane/contracts';
import { invalidArgument } from '@dialplane/grpc';
import { callerProblems } from '@dialplane/routing';
import { isE164 } from '@dialplane/tenancy';
import type { DoNotCallRepository, UserTenantReader } from '@dialplane/tenancy';

import { resolveTenant } from './requests/resolve-tenant.ts';
import { userNotFound } from './refusals/user-not-found.ts';

/** In characters. */
const NOTE_MAX_LENGTH = 500;

export interface AddDoNotCallParts {
  readonly users: UserTenantReader;
  readonly doNotCall: Pick<DoNotCallRepository, 'add'>;
  /** The version of the configuration now. */
  readonly snapshotVersion: () => Promise<string>;
}

/** Dispatcher.AddDoNotCall: puts a number on the list of the caller's own tenant. */
export async function addDoNotCall(
  parts: AddDoNotCallParts,
  request: AddDoNotCallRequest,
): Promise<AddDoNotCallResponse> {
  const { number, note } = request;
  const problems = callerProblems(request);
  if (!isE164(number))
    problems.push({
      field: 'number',
      description: 'must be E.164: + and 7 to 15 ASCII digits, such as +12125550100',
    });
  if (note.length > NOTE_MAX_LENGTH || /\p{Cc}/u.test(note) || !note.isWellFormed())
    problems.push({
      field: 'note',
      description: `must be at most ${NOTE_MAX_LENGTH} characters, none a control character`,
    });
  if (problems.length > 0) throw invalidArgument(problems);

  const tenantId = await resolveTenant(parts.users, request);
  if (tenantId === undefined) throw userNotFound();
  const outcome = await parts.doNotCall.add(tenantId, number, note === '' ? null : note);
  return { added: outcome === 'added', snapshotVersion: await parts.snapshotVersion() };
}
