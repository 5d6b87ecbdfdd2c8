import type { LineFacts, LiveKitConfig, Reading, Rules, ServerUrlReading, TenantDefaults } from '@dialplane/tenancy';

export type { LineFacts, SipHeaders } from '@dialplane/tenancy';

/** What a call is for. */
export type Purpose = 'transactional' | 'service' | 'promotional';

/** What a caller asks about one call, syntax already checked. */
export interface RouteRequest {
  /** A UUID in lower case; undefined when the caller names the tenant alone. */
  readonly initiatedBy: string | undefined;
  /** A UUID in lower case; undefined when the tenant is to be found from `initiatedBy`. */
  readonly tenantId: string | undefined;
  /** E.164 or bare digits. */
  readonly fromNumber: string;
  /** E.164. */
  readonly toNumber: string;
  /** Empty when the caller names none. */
  readonly agentId: string;
  /** Undefined when the caller does not say. */
  readonly purpose: Purpose | undefined;
  /** What the draw among equal targets is made by; never empty. */
  readonly routingKey: string;
}

/** Credentials that an operator put into the environment, less the secret. */
export interface EnvironmentFallback {
  readonly url: string;
  /** The URL's http or https origin. */
  readonly deployment: string;
  readonly sipTrunkId: string;
  readonly agentName: string;
}

/** A tenant as routing sees it. One that only users or numbers name has no row of its own, and is active. */
export interface TenantEntry {
  readonly id: string;
  readonly isActive: boolean;
  readonly hasRow: boolean;
  readonly defaults: Reading<TenantDefaults>;
}

/** A number of a tenant's. */
export interface NumberEntry {
  readonly id: string;
  /** As stored. */
  readonly baseNumber: string;
  /** As stored, without `+`. */
  readonly countryCode: string;
  /** Undefined when the two do not make an E.164 number. */
  readonly e164: string | undefined;
  readonly isActive: boolean;
  readonly rules: Reading<Rules>;
}

export interface ConfigEntry extends LiveKitConfig {
  /** `url`, read. */
  readonly server: ServerUrlReading;
}

/** A SIP trunk that is registered; null for a tenant is an operator's, which every tenant may use. */
export interface TrunkEntry {
  readonly deploymentOrigin: string;
  readonly sipTrunkId: string;
  readonly tenantId: string | null;
  readonly carrier: string | null;
  readonly isActive: boolean;
  /** The countries whose caller ids it may show, ISO 3166 alpha-2; undefined: all. */
  readonly cliCountries: readonly string[] | undefined;
  readonly facts: Reading<LineFacts>;
}

export interface DeploymentEntry {
  readonly origin: string;
  readonly region: string | null;
  readonly isActive: boolean;
  readonly facts: Reading<LineFacts>;
}

/**
 * The configuration at one version, as a decision looks at it. Ids are UUIDs in lower case. Every method is a
 * pure look-up: the same view always gives the same answer.
 */
export interface RoutingView {
  /** `<epoch>.<version>`. */
  readonly snapshotVersion: string;
  /** Undefined when there is no such user, or an adopted table has them in two tenants. */
  tenantIdOfUser(userId: string): string | undefined;
  /** Undefined when no row at all names the tenant. */
  tenant(tenantId: string): TenantEntry | undefined;
  /** Null: the agent belongs to no tenant; undefined: it is not known. */
  tenantIdOfAgent(agentId: string): string | null | undefined;
  /** Every number of the tenant that `written` can mean (see `canMean`), inactive ones included. */
  numbersMeant(tenantId: string, written: string): readonly NumberEntry[];
  /** Whoever owns it. */
  config(configId: string): ConfigEntry | undefined;
  /** Undefined when the trunk is not registered. */
  trunk(deploymentOrigin: string, sipTrunkId: string): TrunkEntry | undefined;
  /** Undefined when the deployment has no row of its own, which it need not have. */
  deployment(origin: string): DeploymentEntry | undefined;
  /** Whose list has the number, E.164; undefined: none that counts for the tenant. */
  doNotCall(tenantId: string, e164: string): 'tenant' | 'everybody' | undefined;
}
