import type { z } from 'zod';

import { readJson, readJsonText } from './read-json.ts';
import { DAYS, RULES_SCHEMA, TENANT_DEFAULTS_SCHEMA } from './rules-schema.ts';
import type { LIMITS_SCHEMA } from './rules-schema.ts';
import type {
  CarrierRule,
  DestinationRules,
  DialFormat,
  Limits,
  Reading,
  RouteRule,
  Rules,
  TenantDefaults,
} from './rules.ts';

type RulesJson = z.output<typeof RULES_SCHEMA>;
type DefaultsJson = z.output<typeof TENANT_DEFAULTS_SCHEMA>;
type RouteJson = NonNullable<RulesJson['routes']>[number];
type CarrierJson = NonNullable<RulesJson['carriers']>[number];

// What most rules do not say is the same objects in all of them.
const NOTHING: readonly never[] = Object.freeze([]);
const NO_DESTINATIONS: DestinationRules = Object.freeze({
  allowCountries: undefined,
  denyPrefixes: NOTHING,
  allowKinds: undefined,
});
const NO_LIMITS: Limits = Object.freeze({
  maxConcurrentCalls: undefined,
  callsPerSecond: undefined,
  callsPerDay: undefined,
  perCalleePerDay: undefined,
});
const AS_IT_IS: DialFormat = Object.freeze({ strip: 0, trunkZero: false, prefix: '', plus: true });
const NANO_DIGITS = 9;

/** Reads the JSON value of a number's `rules`. A number without rules (SQL or JSON null) has empty ones. */
export function readRules(json: unknown): Reading<Rules> {
  return readJson('rules', RULES_SCHEMA, json, toRules);
}

/** The same from the JSON's text, as PostgreSQL has it; null is SQL's. */
export function readRulesText(text: string | null): Reading<Rules> {
  return readJsonText('rules', RULES_SCHEMA, text ?? '{}', toRules);
}

/** Reads the JSON value of a tenant's `routing_defaults`; null is none. */
export function readTenantDefaults(json: unknown): Reading<TenantDefaults> {
  return readJson('routing_defaults', TENANT_DEFAULTS_SCHEMA, json, toDefaults);
}

/** The same from the JSON's text, as PostgreSQL has it; null is SQL's. */
export function readTenantDefaultsText(text: string | null): Reading<TenantDefaults> {
  return readJsonText('routing_defaults', TENANT_DEFAULTS_SCHEMA, text ?? '{}', toDefaults);
}

/** Limits as the schema has let them through. */
export function toLimits(json: z.output<typeof LIMITS_SCHEMA> | null | undefined): Limits {
  if (!json) return NO_LIMITS;
  return {
    maxConcurrentCalls: json.max_concurrent_calls,
    callsPerSecond: json.calls_per_second,
    callsPerDay: json.calls_per_day,
    perCalleePerDay: json.per_callee_per_day,
  };
}

function toRules(json: RulesJson): Rules {
  return {
    livekitConfigId: json.livekit_config?.toLowerCase(),
    routes: json.routes?.map(toRoute) ?? NOTHING,
    carriers: json.carriers?.map(toCarrier) ?? NOTHING,
    strategy: json.strategy ?? 'weight',
    ...toDefaults(json),
  };
}

function toDefaults(json: DefaultsJson): TenantDefaults {
  return {
    region: json.region ?? undefined,
    destinations: json.destinations
      ? {
          allowCountries: json.destinations.allow,
          denyPrefixes: json.destinations.deny_prefixes,
          allowKinds: json.destinations.allow_kinds,
        }
      : NO_DESTINATIONS,
    callingHours: json.calling_hours
      ? {
          timezone: json.calling_hours.timezone,
          windows: json.calling_hours.windows.map(({ days, from, to }) => ({
            days: days.map((day) => DAYS.indexOf(day)),
            from: toMinutes(from),
            to: toMinutes(to),
          })),
        }
      : undefined,
    limits: toLimits(json.limits),
  };
}

function toRoute({ livekit_config, priority, weight }: RouteJson): RouteRule {
  return { livekitConfigId: livekit_config.toLowerCase(), priority, weight };
}

function toCarrier(json: CarrierJson): CarrierRule {
  return {
    prefixes: json.prefixes,
    sipTrunkId: json.trunk_id,
    livekitConfigId: json.livekit_config?.toLowerCase(),
    priority: json.priority,
    weight: json.weight,
    costPerMinuteNano: json.cost_per_minute === undefined ? undefined : toNano(json.cost_per_minute),
    callerId: json.caller_id,
    callerIdFormat: json.caller_id_format,
    dialFormat: json.dial_format ? toDialFormat(json.dial_format) : AS_IT_IS,
    headerProfile: json.header_profile,
    fallthrough: json.fallthrough,
  };
}

function toDialFormat(json: NonNullable<CarrierJson['dial_format']>): DialFormat {
  return { strip: json.strip, trunkZero: json.trunk_zero, prefix: json.prefix, plus: json.plus };
}

/** Billionths, by moving the point in the text: at most 15 digits, which an integer holds exactly. */
function toNano(decimal: string): number {
  const [whole = '', fraction = ''] = decimal.split('.');
  return Number(whole + fraction.padEnd(NANO_DIGITS, '0'));
}

function toMinutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
