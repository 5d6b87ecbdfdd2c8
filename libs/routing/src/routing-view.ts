import type { LiveKitConfig, VoiceAgentNumber } from '@dialplane/tenancy';

/** What a caller asks about one call, syntax already checked. */
export interface RouteRequest {
  /** A UUID; undefined when the caller names the tenant alone. */
  readonly initiatedBy: string | undefined;
  /** A UUID; undefined when the tenant is to be found from `initiatedBy`. */
  readonly tenantId: string | undefined;
  /** E.164 or bare digits. */
  readonly fromNumber: string;
  /** E.164. */
  readonly toNumber: string;
  /** Empty when the caller names none. */
  readonly agentId: string;
}

/** Credentials that an operator put into the environment, less the secret. */
export interface EnvironmentFallback {
  readonly url: string;
  /** The URL's http or https origin. */
  readonly deployment: string;
  readonly sipTrunkId: string;
  readonly agentName: string;
}

/**
 * All of the configuration that bears on one request, read at one version. Plain data: what reads it has no
 * need to know whether it came from PostgreSQL or from memory.
 */
export interface RoutingView {
  /** `<epoch>.<version>`. */
  readonly snapshotVersion: string;
  /** The tenant of `initiatedBy`; undefined when no such user exists or none was named. */
  readonly userTenantId: string | undefined;
  /** The tenant's own row; undefined when it has none, which does not matter. */
  readonly tenant: { readonly id: string; readonly isActive: boolean } | undefined;
  /** Numbers of the tenant that the written from-number may mean. */
  readonly numbers: readonly VoiceAgentNumber[];
  /** Every config that those numbers' rules name, whoever owns it. */
  readonly configs: readonly LiveKitConfig[];
  /** The agent's tenant; undefined when the agent is not known. */
  readonly agentTenantId: string | null | undefined;
  /** Undefined unless an operator switched the environment fallback on. */
  readonly environmentFallback: EnvironmentFallback | undefined;
}
