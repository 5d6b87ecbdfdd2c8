import type { Reading, Rules } from '@dialplane/tenancy';

import type { TraceStep } from './decision.ts';
import type { CallableNumber } from './look-ups.ts';
import type { Refusal } from './rejections.ts';
import type { RouteRequest, TenantEntry } from './routing-view.ts';
import { noted, passed, refused } from './trace-step.ts';

export function explainUser({ initiatedBy, tenantId }: RouteRequest, found: string | Refusal): TraceStep {
  if (initiatedBy === undefined) return passed('user', 'tenant_id', `the caller names tenant ${tenantId}`);
  const lookedAt = `user ${initiatedBy}`;
  return typeof found === 'string'
    ? passed('user', lookedAt, `belongs to tenant ${found}`)
    : refused('user', lookedAt, found);
}

export function explainTenant({ id, hasRow }: TenantEntry, refusal: Refusal | undefined): TraceStep {
  const lookedAt = `tenant ${id}`;
  if (refusal !== undefined) return refused('tenant', lookedAt, refusal);
  return passed('tenant', lookedAt, hasRow ? 'may place calls' : 'has no row of its own, which it need not have');
}

export function explainAgent({ agentId }: RouteRequest, note: string | undefined): TraceStep {
  if (agentId === '') return passed('agent', 'agent_id', 'no agent is named');
  const lookedAt = `agent ${agentId}`;
  return note === undefined ? passed('agent', lookedAt, 'belongs to the same tenant') : noted('agent', lookedAt, note);
}

export function explainNumber({ fromNumber }: RouteRequest, found: CallableNumber | Refusal): TraceStep {
  const lookedAt = `from_number ${fromNumber}, among the tenant's numbers`;
  if ('reason' in found) return refused('number', lookedAt, found);
  return passed('number', lookedAt, `is ${found.e164} (row ${found.id})`);
}

export function explainRules({ id }: CallableNumber, reading: Reading<Rules>, refusal: Refusal | undefined): TraceStep {
  const lookedAt = `the rules of number ${id}`;
  if (refusal !== undefined || reading.kind === 'problem')
    return refusal === undefined ? noted('rules', lookedAt, 'cannot be read') : refused('rules', lookedAt, refusal);
  const { livekitConfigId, routes, carriers } = reading.value;
  const named = [
    ...(carriers.length > 0 ? [`${carriers.length} carriers`] : []),
    ...(routes.length > 0 ? [`${routes.length} routes`] : []),
    ...(livekitConfigId === undefined ? [] : [`LiveKit config ${livekitConfigId}`]),
  ];
  return named.length === 0
    ? noted('rules', lookedAt, 'name no livekit_config')
    : passed('rules', lookedAt, `name ${named.join(', ')}`);
}
