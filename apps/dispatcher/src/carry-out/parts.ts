import type { AgentCallsAccess, Attempt, Call, DeploymentEventParticipant, FrozenTarget } from '@dialplane/calls';

import type { SipCodesOf } from '../targets/create-sip-code-reader.ts';
import type { DeploymentCredential } from '../targets/open-credential.ts';
import type { OpenedCredential } from '../targets/read-credential.ts';
import type { AgentLooks } from './create-agent-looks.ts';
import type { CallClient } from './call-client.ts';
import type { OwnedCallParts } from './owned-call.ts';
import type { Health } from './report-health.ts';
import type { Timing } from './timing.ts';

/** What every phase of carrying a call out works with. */
export interface CarryOutParts extends OwnedCallParts {
  readonly timing: Timing;
  readonly agentLooks: AgentLooks;
  readonly connect: (credential: DeploymentCredential) => CallClient;
  /** Reads a target's credential anew, to begin there. Throws a StatusError when it is not as it was routed. */
  readonly readCredential: (call: Call, target: FrozenTarget) => Promise<OpenedCredential>;
  /** The same where something was begun. Throws a StatusError when it does not open the same server. */
  readonly followCredential: (call: Call, target: FrozenTarget) => Promise<DeploymentCredential>;
  /** Where and with what the attempt's agent asks for its call. */
  readonly agentAccess: (call: Call, attempt: Attempt) => Promise<AgentCallsAccess>;
  readonly sipCodesOf: SipCodesOf;
  /** Told what failed dials say of their trunks. */
  readonly health: Pick<Health, 'trunkFailed'>;
  /** Who left the attempt's room, first to last, as far as webhooks said. */
  readonly departures: (call: Call, attempt: Attempt) => Promise<readonly DeploymentEventParticipant[]>;
}
