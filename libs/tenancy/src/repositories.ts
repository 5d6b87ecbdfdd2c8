import type { JsonChange, JsonChanged, JudgeChange } from './json-change.ts';
import type { LiveKitConfig, LiveKitCredential, SealedSecret } from './livekit-config.ts';
import type { VoiceAgentNumber } from './voice-agent-number.ts';

/** The result of a write that may be repeated: `existed` changed nothing. */
export type AddOutcome<T> =
  | { readonly kind: 'added'; readonly row: T }
  | { readonly kind: 'existed'; readonly row: T }
  /** There is a row of that identity with other values; nothing was changed. */
  | { readonly kind: 'conflict'; readonly row: T };

export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly isActive: boolean;
}

export interface User {
  readonly id: string;
  readonly tenantId: string;
}

/** Finds the tenant of a user: the one look-up that comes before any tenant is known. */
export interface UserTenantReader {
  tenantOfUser(userId: string): Promise<string | undefined>;
}

export interface TenantChange {
  readonly name?: string;
  readonly isActive?: boolean;
}

export interface TenantRepository {
  add(tenantId: string, name: string): Promise<AddOutcome<Tenant>>;
  /** Every tenant, by name; the operator's own look across tenants. */
  list(): Promise<Tenant[]>;
  /** Undefined when there is no such tenant. */
  update(tenantId: string, change: TenantChange): Promise<Tenant | undefined>;
  /** The JSON text of the tenant's `routing_defaults`; null when there are none. Undefined: there is no such tenant. */
  routingDefaults(tenantId: string): Promise<string | null | undefined>;
  /** Changes keys of `routing_defaults`; undefined when there is no such tenant. */
  changeRoutingDefaults(tenantId: string, change: JsonChange, judge: JudgeChange): Promise<JsonChanged | undefined>;
}

export interface UserRepository extends UserTenantReader {
  /** `conflict`: the user belongs to another tenant, whose row is returned without its tenant. */
  add(tenantId: string, userId: string): Promise<{ kind: 'added' | 'existed' | 'conflict' }>;
  list(tenantId: string): Promise<User[]>;
}

export interface NewNumber {
  readonly baseNumber: string;
  readonly countryCode: string;
  readonly provider: string | null;
}

export interface NumberChange {
  readonly provider?: string | null;
  readonly isActive?: boolean;
}

export interface NumberRepository {
  /** A number is identified by base number and country code's digits within the tenant. */
  add(tenantId: string, number: NewNumber): Promise<AddOutcome<VoiceAgentNumber>>;
  list(tenantId: string): Promise<VoiceAgentNumber[]>;
  /** Every number of the tenant that `written` can mean (see `canMean`), inactive ones included. */
  find(tenantId: string, written: string): Promise<VoiceAgentNumber[]>;
  /**
   * Sets `rules.livekit_config` and leaves every other key alone; undefined when the tenant has no such
   * number, `rules_invalid` when the stored rules are not an object.
   */
  assign(
    tenantId: string,
    numberId: string,
    configId: string,
  ): Promise<'assigned' | 'unchanged' | 'rules_invalid' | undefined>;
  /** Changes keys of the number's `rules`; undefined when the tenant has no such number. */
  changeRules(
    tenantId: string,
    numberId: string,
    change: JsonChange,
    judge: JudgeChange,
  ): Promise<JsonChanged | undefined>;
  /** Undefined when the tenant has no such number. */
  update(tenantId: string, numberId: string, change: NumberChange): Promise<VoiceAgentNumber | undefined>;
}

export interface NewLiveKitConfig {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecretSealed: SealedSecret;
  readonly sipTrunkId: string;
  readonly agentName: string;
  readonly dialMode: string;
  readonly jobMetadataTemplate: unknown;
}

export type LiveKitConfigChange = Partial<Omit<NewLiveKitConfig, 'id'>> & { readonly isActive?: boolean };

/** The first argument is null for an operator's config. */
export interface LiveKitConfigRepository {
  /** A config is identified by its name within the tenant. */
  add(tenantId: string | null, config: NewLiveKitConfig): Promise<AddOutcome<LiveKitConfig>>;
  /** Changes one of the tenant's own configs (operator's ones with null); undefined when there is none. */
  update(tenantId: string | null, configId: string, change: LiveKitConfigChange): Promise<LiveKitConfig | undefined>;
  /** The tenant's configs and the operator's. */
  list(tenantId: string | null): Promise<LiveKitConfig[]>;
  /** One that the tenant may use: its own or an operator's. */
  credential(tenantId: string | null, configId: string): Promise<LiveKitCredential | undefined>;
}
