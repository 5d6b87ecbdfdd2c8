import { enumKey, Fault, RejectionReason } from '@dialplane/contracts';
import type { Rejection } from '@dialplane/contracts';
import { REJECTIONS } from '@dialplane/routing';
import type { Rejected } from '@dialplane/routing';

/** Writes a refusal as the contract has it. */
export function toRejection({ reason, message, hint, tenantId }: Rejected, snapshotVersion: string): Rejection {
  return {
    reason: RejectionReason[enumKey(reason)],
    fault: Fault[enumKey(REJECTIONS[reason])],
    message,
    hint,
    tenantId: tenantId ?? '',
    snapshotVersion,
  };
}
