/** Who has to act for the next call to go better. */
export type Fault = 'caller' | 'tenant_configuration' | 'deployment' | 'agent' | 'carrier' | 'callee' | 'dialplane';

/** Every reason not to route a call, and whose fault it is. `router.proto` has the same list in capitals. */
export const REJECTIONS = {
  user_not_found: 'caller',
  tenant_disabled: 'tenant_configuration',
  number_not_found: 'tenant_configuration',
  ambiguous_number: 'caller',
  number_disabled: 'tenant_configuration',
  number_incomplete: 'tenant_configuration',
  rules_invalid: 'tenant_configuration',
  no_livekit_config: 'tenant_configuration',
  config_not_found: 'tenant_configuration',
  config_of_another_tenant: 'tenant_configuration',
  config_disabled: 'tenant_configuration',
  config_incomplete: 'tenant_configuration',
  dial_mode_unsupported: 'tenant_configuration',
} as const satisfies Record<string, Fault>;

export type RejectionReason = keyof typeof REJECTIONS;
