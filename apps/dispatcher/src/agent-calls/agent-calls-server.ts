import type { AgentCallsServer } from '@dialplane/contracts';
import { serverStream, unary } from '@dialplane/grpc';

import { claimDial } from './claim-dial.ts';
import type { ClaimDialParts } from './claim-dial.ts';
import { placeDial } from './place-dial.ts';
import type { PlaceDialParts } from './place-dial.ts';
import { reportDial } from './report-dial.ts';
import type { ReportDialParts } from './report-dial.ts';

/** AgentCalls: what agents may ask for their own calls. */
export function agentCallsServer(parts: PlaceDialParts & ClaimDialParts & ReportDialParts): AgentCallsServer {
  return {
    placeDial: serverStream((request, context) => placeDial(parts, request, context)),
    claimDial: unary((request) => claimDial(parts, request)),
    reportDial: unary((request) => reportDial(parts, request)),
  };
}
