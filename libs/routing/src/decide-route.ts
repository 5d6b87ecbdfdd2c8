import { readRules } from '@dialplane/tenancy';
import type { VoiceAgentNumber } from '@dialplane/tenancy';

import { chooseTarget } from './choose-target.ts';
import type { Decision, StepName, TraceStep } from './decision.ts';
import { matchNumber } from './match-number.ts';
import { classifyNumber } from './numbers/classify-number.ts';
import type { RouteRequest, RoutingView } from './routing-view.ts';
import { noted, passed, refused } from './step.ts';
import type { Found, Refused, Step } from './step.ts';

/** A decision holds for five minutes at most: what a caller remembers longer, it should ask again. */
const VALID_FOR_MS = 5 * 60 * 1000;

/**
 * Decides where a call goes: user → tenant → number → rules → LiveKit config → target. The tenant comes from
 * the user, never from the agent or the number. `now` is the moment of the decision.
 */
export function decideRoute(view: RoutingView, request: RouteRequest, now: Date): Decision {
  const trace: TraceStep[] = [];
  let tenantId = request.tenantId;
  const take = <T>(step: StepName, answer: Step<T>): answer is Found<T> => {
    trace.push({ step, outcome: answer.outcome, lookedAt: answer.lookedAt, concluded: answer.concluded });
    return answer.outcome !== 'refused';
  };
  const reject = ({ reason, concluded, hint }: Refused): Decision => ({
    kind: 'rejected',
    reason,
    message: concluded,
    hint,
    tenantId,
    trace,
  });

  const tenant = resolveTenant(view, request);
  if (!take('user', tenant)) return reject(tenant);
  tenantId = tenant.found;

  const enabled = checkTenant(view, tenantId);
  if (!take('tenant', enabled)) return reject(enabled);

  take('agent', lookAtAgent(view, request, tenantId));

  const number = matchNumber(view, request.fromNumber, tenantId);
  if (!take('number', number)) return reject(number);

  take('destination', lookAtDestination(request.toNumber));

  const configId = readConfigId(number.found.row);
  if (!take('rules', configId)) return reject(configId);

  const target = chooseTarget(view, number.found, tenantId, configId.found);
  if (!take('livekit_config', target)) return reject(target);

  const { source, ...chosen } = target.found;
  take(
    'target',
    passed(chosen, 'the config', `${chosen.deployment} over ${chosen.sipTrunkId} to agent ${chosen.agentName}`),
  );
  const { row, e164 } = number.found;
  return {
    kind: 'routed',
    source,
    tenantId,
    number: { id: row.id, baseNumber: row.baseNumber, countryCode: row.countryCode.replace(/^\+/, ''), e164 },
    targets: [chosen],
    expiresAt: new Date(now.getTime() + VALID_FOR_MS),
    trace,
  };
}

function resolveTenant(view: RoutingView, request: RouteRequest): Step<string> {
  if (request.initiatedBy === undefined) {
    return passed(request.tenantId ?? '', 'tenant_id', `the caller names tenant ${request.tenantId}`);
  }
  const lookedAt = `user ${request.initiatedBy}`;
  if (view.userTenantId === undefined) {
    return refused(
      'user_not_found',
      lookedAt,
      'No user of one tenant has this id.',
      `Check initiated_by, or add the user: dialplane user add ${request.initiatedBy} --tenant <tenant id>`,
    );
  }
  return passed(view.userTenantId, lookedAt, `belongs to tenant ${view.userTenantId}`);
}

function checkTenant(view: RoutingView, tenantId: string): Step<void> {
  const lookedAt = `tenant ${tenantId}`;
  if (view.tenant?.isActive === false) {
    return refused(
      'tenant_disabled',
      lookedAt,
      'The tenant is switched off.',
      `Switch it on: dialplane tenant enable ${tenantId}`,
    );
  }
  return passed(
    undefined,
    lookedAt,
    view.tenant === undefined ? 'has no row of its own, which it need not have' : 'may place calls',
  );
}

function lookAtAgent(view: RoutingView, request: RouteRequest, tenantId: string): Found<void> {
  if (request.agentId === '') return passed(undefined, 'agent_id', 'no agent is named');
  const lookedAt = `agent ${request.agentId}`;
  if (view.agentTenantId === undefined)
    return noted(undefined, lookedAt, 'The agent is not known here; its id is passed on.');
  if (view.agentTenantId === null)
    return noted(undefined, lookedAt, 'The agent belongs to no tenant; its id is passed on.');
  if (view.agentTenantId !== tenantId) {
    return noted(undefined, lookedAt, "The agent belongs to another tenant; the call stays with the user's tenant.");
  }
  return passed(undefined, lookedAt, 'belongs to the same tenant');
}

/** What the numbering plans say of the callee's number. It is told, and not judged yet. */
function lookAtDestination(toNumber: string): Found<void> {
  const destination = classifyNumber(toNumber);
  const lookedAt = `to_number ${toNumber}`;
  if (destination?.country === undefined || destination.kind === 'unknown') {
    return noted(undefined, lookedAt, "The callee's number is in no country's numbering plan.");
  }
  return passed(undefined, lookedAt, `a number of ${destination.country}, ${destination.kind.replaceAll('_', ' ')}`);
}

function readConfigId({ id, rules }: VoiceAgentNumber): Step<string | undefined> {
  const lookedAt = `the rules of number ${id}`;
  const reading = readRules(rules);
  if (reading.kind === 'problem') {
    return refused(
      'rules_invalid',
      lookedAt,
      `The number's rules are malformed: ${reading.problem}.`,
      'Mend the rules column of the number: it holds a JSON object such as {"livekit_config": "<uuid>"}',
    );
  }
  const { livekitConfigId } = reading.value;
  return livekitConfigId === undefined
    ? noted(undefined, lookedAt, 'name no livekit_config')
    : passed(livekitConfigId, lookedAt, `name LiveKit config ${livekitConfigId}`);
}
