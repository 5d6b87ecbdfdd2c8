/** Who has to act for the next call to go better. */
export type Fault = 'caller' | 'tenant_configuration' | 'deployment' | 'agent' | 'carrier' | 'callee' | 'dialplane';

/** Every reason not to route a call, and whose fault it is. `rejection.proto` has the same list in capitals. */
export const REJECTIONS = {
  user_not_found: 'caller',
  tenant_disabled: 'tenant_configuration',
  tenant_defaults_invalid: 'tenant_configuration',
  number_not_found: 'tenant_configuration',
  ambiguous_number: 'caller',
  number_disabled: 'tenant_configuration',
  number_incomplete: 'tenant_configuration',
  rules_invalid: 'tenant_configuration',
  do_not_call: 'callee',
  purpose_not_allowed: 'caller',
  destination_not_allowed: 'tenant_configuration',
  destination_denied: 'tenant_configuration',
  destination_kind_refused: 'tenant_configuration',
  emergency_number: 'caller',
  outside_calling_hours: 'caller',
  calling_hours_unknown: 'tenant_configuration',
  no_livekit_config: 'tenant_configuration',
  no_carrier: 'tenant_configuration',
  config_not_found: 'tenant_configuration',
  config_of_another_tenant: 'tenant_configuration',
  config_disabled: 'tenant_configuration',
  config_incomplete: 'tenant_configuration',
  dial_mode_unsupported: 'tenant_configuration',
  trunk_not_found: 'tenant_configuration',
  trunk_of_another_tenant: 'tenant_configuration',
  trunk_disabled: 'tenant_configuration',
  trunk_invalid: 'tenant_configuration',
  header_profile_not_found: 'tenant_configuration',
  deployment_disabled: 'deployment',
  no_deployment_in_region: 'tenant_configuration',
  caller_id_not_owned: 'tenant_configuration',
  caller_id_not_allowed: 'tenant_configuration',
} as const satisfies Record<string, Fault>;

export type RejectionReason = keyof typeof REJECTIONS;

/** Why a call, or one way to place it, goes no further. */
export interface Refusal {
  readonly reason: RejectionReason;
  /** One sentence for people. */
  readonly message: string;
  /** What to do about it, usually a command of the admin CLI. */
  readonly hint: string;
}
