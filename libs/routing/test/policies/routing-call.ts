import type { Rules, TenantDefaults } from '@dialplane/tenancy';

import { classifyNumber } from '../../src/numbers/classify-number.ts';
import type { Candidate, Policy, PolicyResult, RoutingCall } from '../../src/policy.ts';
import type { RouteRequest, RoutingView } from '../../src/routing-view.ts';

export const TENANT = '10000001-0000-4000-8000-000000000000';

const DEFAULTS: TenantDefaults = {
  region: undefined,
  destinations: { allowCountries: undefined, denyPrefixes: [], allowKinds: undefined },
  callingHours: undefined,
  limits: {
    maxConcurrentCalls: undefined,
    callsPerSecond: undefined,
    callsPerDay: undefined,
    perCalleePerDay: undefined,
  },
};
const RULES: Rules = { ...DEFAULTS, livekitConfigId: undefined, routes: [], carriers: [], strategy: 'weight' };

/** A view that knows nobody but those on the do-not-call lists. */
const viewWith = (doNotCall: RoutingView['doNotCall']): RoutingView => ({
  snapshotVersion: 'epoch.1',
  tenantIdOfUser: () => undefined,
  tenant: () => undefined,
  tenantIdOfAgent: () => undefined,
  numbersMeant: () => [],
  config: () => undefined,
  trunk: () => undefined,
  deployment: () => undefined,
  doNotCall,
});

export interface CallChange {
  readonly from?: string;
  readonly to?: string;
  readonly purpose?: RouteRequest['purpose'];
  readonly at?: string;
  readonly rules?: Partial<Rules>;
  readonly defaults?: Partial<TenantDefaults>;
  readonly doNotCall?: RoutingView['doNotCall'];
}

/** A call of TENANT's, from +12125550100 to +12125550199 unless said otherwise. */
export function routingCall(change: CallChange = {}): RoutingCall {
  const { from = '+12125550100', to = '+12125550199', purpose, at = '2026-11-25T12:00:00Z' } = change;
  const rules = { ...RULES, ...change.rules };
  const defaults = { ...DEFAULTS, ...change.defaults };
  return {
    view: viewWith(change.doNotCall ?? (() => undefined)),
    request: {
      initiatedBy: undefined,
      tenantId: TENANT,
      fromNumber: from,
      toNumber: to,
      agentId: '',
      purpose,
      routingKey: 'key',
    },
    tenant: { id: TENANT, isActive: true, hasRow: true, defaults: { kind: 'ok', value: defaults } },
    number: {
      id: '40000001-0000-4000-8000-000000000000',
      baseNumber: from.slice(1),
      countryCode: '',
      e164: from,
      isActive: true,
      rules: { kind: 'ok', value: rules },
    },
    rules,
    defaults,
    callee: classifyNumber(to),
    now: Date.parse(at),
    environmentFallback: undefined,
  };
}

const NONE: readonly Candidate[] = [];

/** Applies a policy before there are candidates, and lets it describe what it did. */
export function applied(policy: Policy, call: RoutingCall): PolicyResult | undefined {
  const result = policy.apply(call, NONE);
  const { lookedAt, concluded } = policy.describe(call, NONE, result);
  if (lookedAt === '' || concluded === '') throw new Error(`${policy.step} describes nothing`);
  if (result !== undefined && result.candidates !== NONE) throw new Error(`${policy.step} made candidates`);
  return result;
}

/** `passed`, or the reason. */
export const outcome = (policy: Policy, call: RoutingCall): string =>
  applied(policy, call)?.refusal?.reason ?? 'passed';
