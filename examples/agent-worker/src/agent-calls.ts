import { credentials, status, type ServiceError } from '@grpc/grpc-js';
import { AgentCallsClient } from '@dialplane/contracts';

/** What every request of an agent carries. */
export interface Asker {
  /** From the job's metadata, or from the claim for reports. */
  readonly token: string;
  /** `AJ_…` */
  readonly jobId: string;
}

/**
 * A client of the service that the job's metadata names: over TLS when AGENT_CALLS_TLS is `on`. Close it when the call
 * is over.
 */
export function openAgentCalls(address: string, tls = process.env.AGENT_CALLS_TLS): AgentCallsClient {
  return new AgentCallsClient(address, tls === 'on' ? credentials.createSsl() : credentials.createInsecure());
}

/** Answers that stay the same however often one asks. Everything else is the network's, or passes. */
const REFUSALS: readonly status[] = [
  status.INVALID_ARGUMENT,
  status.UNAUTHENTICATED,
  status.PERMISSION_DENIED,
  status.NOT_FOUND,
  status.FAILED_PRECONDITION,
  status.UNIMPLEMENTED,
];

/** Whether the service refused; false: the request may be repeated, and may have been served. */
export function isRefusal(error: ServiceError): boolean {
  return REFUSALS.includes(error.code);
}
