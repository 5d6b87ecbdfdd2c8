import type { Refusal } from './rejections.ts';
import type { NumberEntry, RouteRequest, RoutingView, TenantEntry } from './routing-view.ts';

/** A number with which a call can be placed. */
export type CallableNumber = NumberEntry & { readonly e164: string };

/** The call's tenant: the user's, or the one that the caller names; never the agent's or the number's. */
export function findTenantId(view: RoutingView, { initiatedBy, tenantId }: RouteRequest): string | undefined {
  return initiatedBy === undefined ? tenantId : view.tenantIdOfUser(initiatedBy);
}

export const userNotFound = ({ initiatedBy }: RouteRequest): Refusal => ({
  reason: 'user_not_found',
  message: 'No user of one tenant has this id.',
  hint: `Check initiated_by, or add the user: dialplane user add ${initiatedBy ?? '<user id>'} --tenant <tenant id>`,
});

export function tenantProblem(tenant: TenantEntry): Refusal | undefined {
  if (!tenant.isActive) {
    return {
      reason: 'tenant_disabled',
      message: 'The tenant is switched off.',
      hint: `Switch it on: dialplane tenant enable ${tenant.id}`,
    };
  }
  if (tenant.defaults.kind === 'problem') {
    return {
      reason: 'tenant_defaults_invalid',
      message: `The tenant's defaults are malformed: ${tenant.defaults.problem}.`,
      hint: `Mend them: dialplane tenant defaults show ${tenant.id}; then dialplane tenant defaults set ${tenant.id} --file <yaml>`,
    };
  }
  return undefined;
}

/** What is worth knowing of the agent; undefined: nothing. It stops no call. */
export function agentNote(view: RoutingView, agentId: string, tenantId: string): string | undefined {
  if (agentId === '') return undefined;
  const owner = view.tenantIdOfAgent(agentId);
  if (owner === tenantId) return undefined;
  if (owner === undefined) return 'The agent is not known here; its id is passed on.';
  if (owner === null) return 'The agent belongs to no tenant; its id is passed on.';
  return "The agent belongs to another tenant; the call stays with the user's tenant.";
}

/** Which of the tenant's numbers is meant; two are none. */
export function findNumber(view: RoutingView, fromNumber: string, tenantId: string): CallableNumber | Refusal {
  const meant = view.numbersMeant(tenantId, fromNumber);
  let found: NumberEntry | undefined;
  for (const entry of meant) {
    if (!entry.isActive) continue;
    if (found !== undefined) return ambiguous(meant, tenantId);
    found = entry;
  }
  if (found === undefined) return meant.length > 0 ? disabled(fromNumber, tenantId) : notFound(tenantId);
  return isCallable(found) ? found : incomplete(tenantId);
}

export const isCallable = (number: NumberEntry): number is CallableNumber => number.e164 !== undefined;

export const rulesProblem = ({ e164 }: CallableNumber, problem: string, tenantId: string): Refusal => ({
  reason: 'rules_invalid',
  message: `The number's rules are malformed: ${problem}.`,
  hint: `Mend them: dialplane number rules show ${e164} --tenant ${tenantId}; then dialplane number rules set ${e164} --file <yaml> --tenant ${tenantId}`,
});

function ambiguous(meant: readonly NumberEntry[], tenantId: string): Refusal {
  const active = meant.filter((entry) => entry.isActive);
  const ways = active.map(({ e164, baseNumber }) => e164 ?? baseNumber).join(', ');
  return {
    reason: 'ambiguous_number',
    message: `It fits ${active.length} numbers of the tenant: ${ways}.`,
    hint: `Write from_number in E.164; if two rows are the same number, switch one off: dialplane number disable <number id> --tenant ${tenantId}`,
  };
}

const disabled = (fromNumber: string, tenantId: string): Refusal => ({
  reason: 'number_disabled',
  message: 'The number is switched off.',
  hint: `Switch it on: dialplane number enable ${fromNumber} --tenant ${tenantId}`,
});

const notFound = (tenantId: string): Refusal => ({
  reason: 'number_not_found',
  message: 'The tenant has no such number.',
  hint: `See what it has: dialplane number list --tenant ${tenantId}; or add it: dialplane number add --base <digits> --country <code> --tenant ${tenantId}`,
});

const incomplete = (tenantId: string): Refusal => ({
  reason: 'number_incomplete',
  message: 'The stored number and country code do not make an E.164 number.',
  hint: `Mend its base_number and country_code: dialplane number list --tenant ${tenantId}`,
});
