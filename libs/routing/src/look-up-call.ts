import { readRulesText, readTenantDefaultsText } from '@dialplane/tenancy';

import type { Circumstances } from './circumstances.ts';
import { explainAgent, explainNumber, explainRules, explainTenant, explainUser } from './explain-look-ups.ts';
import {
  agentNote,
  findNumber,
  findTenantId,
  isCallable,
  rulesProblem,
  tenantProblem,
  userNotFound,
} from './look-ups.ts';
import type { CallableNumber } from './look-ups.ts';
import { classifyNumber } from './numbers/classify-number.ts';
import type { RoutingCall } from './policy.ts';
import type { Refusal } from './rejections.ts';
import type { RouteRequest, RoutingView, TenantEntry } from './routing-view.ts';

/** What is known of a call before any policy is asked. */
export interface LookedUp {
  /** Undefined when the user has none. */
  readonly tenantId: string | undefined;
  /** The first one. */
  readonly refusal: Refusal | undefined;
  /** Undefined when it is refused; with a trace, when too little of it is known to look on. */
  readonly call: RoutingCall | undefined;
  /** Whether rules and defaults could be read. If not, the call has empty ones. */
  readonly isReadable: boolean;
  readonly note: string | undefined;
}

const NO_DEFAULTS = readTenantDefaultsText(null);
const NO_RULES = readRulesText(null);

/** Finds the call's tenant, number and rules: user → tenant → agent → number → rules. */
export function lookUpCall(view: RoutingView, request: RouteRequest, circumstances: Circumstances): LookedUp {
  const { trace } = circumstances;
  const tenantId = findTenantId(view, request);
  if (tenantId === undefined) {
    const refusal = userNotFound(request);
    trace?.push(explainUser(request, refusal));
    return stop(tenantId, refusal);
  }
  trace?.push(explainUser(request, tenantId));

  const tenant = view.tenant(tenantId) ?? withoutRow(tenantId);
  const againstTenant = tenantProblem(tenant);
  trace?.push(explainTenant(tenant, againstTenant));
  if (againstTenant !== undefined && trace === undefined) return stop(tenantId, againstTenant);

  const note = agentNote(view, request.agentId, tenantId);
  trace?.push(explainAgent(request, note));

  const found = findNumber(view, request.fromNumber, tenantId);
  trace?.push(explainNumber(request, found));
  const againstNumber = 'reason' in found ? found : undefined;
  if (againstNumber !== undefined && trace === undefined) return stop(tenantId, againstNumber);
  const number = 'reason' in found ? switchedOff(view, request, tenantId) : found;
  if (number === undefined) return stop(tenantId, againstTenant ?? againstNumber);

  const reading = number.rules;
  const againstRules = reading.kind === 'ok' ? undefined : rulesProblem(number, reading.problem, tenantId);
  trace?.push(explainRules(number, reading, againstRules));
  const refusal = againstTenant ?? againstNumber ?? againstRules;
  if (refusal !== undefined && trace === undefined) return stop(tenantId, refusal);

  const rules = reading.kind === 'ok' ? reading : NO_RULES;
  const defaults = tenant.defaults.kind === 'ok' ? tenant.defaults : NO_DEFAULTS;
  if (rules.kind === 'problem' || defaults.kind === 'problem') return stop(tenantId, refusal);
  const call = {
    view,
    request,
    tenant,
    number,
    rules: rules.value,
    defaults: defaults.value,
    callee: classifyNumber(request.toNumber),
    now: circumstances.now,
    environmentFallback: circumstances.environmentFallback,
  };
  return { tenantId, refusal, call, isReadable: rules === reading && defaults === tenant.defaults, note };
}

const stop = (tenantId: string | undefined, refusal: Refusal | undefined): LookedUp => ({
  tenantId,
  refusal,
  call: undefined,
  isReadable: false,
  note: undefined,
});

/** A tenant that nothing names: it has no numbers either. */
const withoutRow = (id: string): TenantEntry => ({ id, isActive: true, hasRow: false, defaults: NO_DEFAULTS });

/** The number that is meant and is only switched off. */
function switchedOff(view: RoutingView, { fromNumber }: RouteRequest, tenantId: string): CallableNumber | undefined {
  const [number, another] = view.numbersMeant(tenantId, fromNumber);
  if (number === undefined || another !== undefined || number.isActive) return undefined;
  return isCallable(number) ? number : undefined;
}
