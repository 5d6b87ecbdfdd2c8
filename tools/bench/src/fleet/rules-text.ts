import { mix, uuidOf } from './uuid-of.ts';
import { ownNumber } from './phone-numbers.ts';

export const TENANTS = 1_000;
export const DEPLOYMENTS = 20;
/** How many different rules with carriers there are: two for each tenant. */
export const CARRIER_RULES = 2 * TENANTS;

const TIME_ZONES = ['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles'];
const EVERY_DAY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** Trunks of each deployment that any tenant may use. */
export const OPERATOR_TRUNKS = 4;
export const HEADER_PROFILE = 'user-phone';

/** The two deployments that a tenant's two LiveKit configs are for: of one region. */
export function deploymentOf(tenant: number, config: 0 | 1): number {
  return (tenant + config * (DEPLOYMENTS / 2)) % DEPLOYMENTS;
}

export function originOf(deployment: number): string {
  return `https://livekit-${String(deployment).padStart(2, '0')}.example.com`;
}

export function regionOf(deployment: number): string {
  return deployment % (DEPLOYMENTS / 2) < 7 ? 'US' : 'IN';
}

/** `ST_…` of the nth of all trunks. */
export function trunkOf(owner: 'operator' | 'tenant', n: number): string {
  return `ST_${owner === 'operator' ? 'op' : 'own'}${mix(n, 77).toString(36).padStart(7, 'x')}`;
}

/** The rules of numbers without carriers: one of the tenant's two LiveKit configs. JSON text. */
export function plainRules(tenant: number, config: 0 | 1): string {
  return JSON.stringify({ livekit_config: uuidOf('config', tenant * 2 + config) });
}

/**
 * One of the two rules with carriers of a tenant; JSON text. Two ways out for the country, one for three of its cities, one for
 * everywhere else, and hours that cover the week, in two windows a day, so that a bench may run at any time.
 */
export function carrierRules(tenant: number, variant: 0 | 1): string {
  const trunk = (config: 0 | 1, which: number) =>
    trunkOf('operator', deploymentOf(tenant, config) * OPERATOR_TRUNKS + which);
  const { countryCode, baseNumber } = ownNumber(tenant); // Every tenant's first number is there at every size.
  const limits = { max_concurrent_calls: 10 + (tenant % 40), calls_per_second: 2, per_callee_per_day: 3 };
  return JSON.stringify({
    livekit_config: uuidOf('config', tenant * 2 + variant),
    strategy: variant === 0 ? 'weight' : 'least_cost',
    carriers: [
      { prefixes: ['+1'], trunk_id: trunk(variant, 0), weight: 70, cost_per_minute: `0.00${61 + (tenant % 9)}` },
      {
        prefixes: ['+1'],
        trunk_id: trunk(variant === 0 ? 1 : 0, 1),
        livekit_config: uuidOf('config', tenant * 2 + (variant === 0 ? 1 : 0)),
        weight: 30,
        cost_per_minute: `0.00${55 + (tenant % 17)}`,
        caller_id: `+${countryCode}${baseNumber}`,
        header_profile: HEADER_PROFILE,
      },
      {
        prefixes: ['+1212', '+1310', '+1312'],
        trunk_id: trunk(variant, 2),
        cost_per_minute: '0.0049',
        dial_format: { strip: 1, plus: false },
        caller_id_format: 'digits',
        fallthrough: true,
      },
      { prefixes: ['+'], trunk_id: trunk(variant, 3), priority: 2, cost_per_minute: '0.0125' },
    ],
    ...(tenant % 2 === 0 && { region: regionOf(deploymentOf(tenant, variant)) }),
    destinations: { allow: ['US', 'CA', 'GB'], deny_prefixes: ['+1900', '+1976', `+44${7000 + tenant}`] },
    calling_hours: {
      timezone: TIME_ZONES[(tenant + variant) % TIME_ZONES.length],
      windows: [
        { days: EVERY_DAY, from: '00:00', to: '12:00' },
        { days: EVERY_DAY, from: '12:00', to: '24:00' },
      ],
    },
    limits,
  });
}
