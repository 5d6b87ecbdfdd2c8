import type { Call, FrozenTarget, SipCodeOverrides } from '@dialplane/calls';
import type { TrunkReader } from '@dialplane/database';
import type { Logger } from '@dialplane/telemetry';
import { readSipCodes } from '@dialplane/tenancy';

import { originOf } from './origin-of.ts';

/**
 * What the carrier of a target's trunk means by SIP codes, as the trunk has it now. It is read when a code has come
 * and never kept: a verdict is written once, by whichever process, and not come to again.
 */
export type SipCodesOf = (call: Pick<Call, 'tenantId'>, target: FrozenTarget) => Promise<SipCodeOverrides>;

/** A trunk whose `sip_codes` are malformed goes by the ordinary meanings, and is a line in the log. */
export function createSipCodeReader(trunks: Pick<TrunkReader, 'sipCodesOf'>, logger: Pick<Logger, 'warn'>): SipCodesOf {
  return async ({ tenantId }, { serverUrl, sipTrunkId }) => {
    const deployment = originOf(serverUrl);
    const reading = readSipCodes(await trunks.sipCodesOf(tenantId, deployment, sipTrunkId));
    if (reading.kind === 'ok') return reading.value;
    logger.warn({ sipTrunkId, deployment, problem: reading.problem }, "a trunk's SIP codes cannot be read");
    return {};
  };
}
