import { canMean, DIAL_MODES, isAgentName, isSipTrunkId, readRules, readServerUrl, toE164 } from '@dialplane/tenancy';
import type { VoiceAgentNumber } from '@dialplane/tenancy';

import type { Decision, Routed, StepName, Target, TraceStep } from './decision.ts';
import { classifyNumber } from './numbers/classify-number.ts';
import type { RejectionReason } from './rejections.ts';
import type { RouteRequest, RoutingView } from './routing-view.ts';

/** The answer of one step: what it found, or why the call goes no further. */
type Step<T> = Found<T> | Refused;
interface Found<T> {
  readonly found: T;
  readonly outcome: 'passed' | 'noted';
  readonly lookedAt: string;
  readonly concluded: string;
}
interface Refused {
  readonly outcome: 'refused';
  readonly lookedAt: string;
  readonly concluded: string;
  readonly reason: RejectionReason;
  readonly hint: string;
}

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
    kind: 'rejected', reason, message: concluded, hint, tenantId, trace,
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

  const target =
    configId.found === undefined
      ? targetFromEnvironment(view, number.found, tenantId)
      : targetFromConfig(view, number.found, tenantId, configId.found);
  if (!take('livekit_config', target)) return reject(target);

  const { source, ...chosen } = target.found;
  take('target', passed(chosen, 'the config', `${chosen.deployment} over ${chosen.sipTrunkId} to agent ${chosen.agentName}`));
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

interface MatchedNumber {
  readonly row: VoiceAgentNumber;
  readonly e164: string;
}

type SourcedTarget = Target & Pick<Routed, 'source'>;

const passed = <T>(found: T, lookedAt: string, concluded: string): Found<T> => ({ outcome: 'passed', found, lookedAt, concluded });
const noted = <T>(found: T, lookedAt: string, concluded: string): Found<T> => ({ outcome: 'noted', found, lookedAt, concluded });
const refused = (reason: RejectionReason, lookedAt: string, concluded: string, hint: string): Refused => ({
  outcome: 'refused', reason, lookedAt, concluded, hint,
});

function resolveTenant(view: RoutingView, request: RouteRequest): Step<string> {
  if (request.initiatedBy === undefined) {
    return passed(request.tenantId ?? '', 'tenant_id', `the caller names tenant ${request.tenantId}`);
  }
  const lookedAt = `user ${request.initiatedBy}`;
  if (view.userTenantId === undefined) {
    return refused('user_not_found', lookedAt, 'No user of one tenant has this id.',
      `Check initiated_by, or add the user: dialplane user add ${request.initiatedBy} --tenant <tenant id>`);
  }
  return passed(view.userTenantId, lookedAt, `belongs to tenant ${view.userTenantId}`);
}

function checkTenant(view: RoutingView, tenantId: string): Step<void> {
  const lookedAt = `tenant ${tenantId}`;
  if (view.tenant?.isActive === false) {
    return refused('tenant_disabled', lookedAt, 'The tenant is switched off.', `Switch it on: dialplane tenant enable ${tenantId}`);
  }
  return passed(undefined, lookedAt, view.tenant === undefined ? 'has no row of its own, which it need not have' : 'may place calls');
}

function lookAtAgent(view: RoutingView, request: RouteRequest, tenantId: string): Found<void> {
  if (request.agentId === '') return passed(undefined, 'agent_id', 'no agent is named');
  const lookedAt = `agent ${request.agentId}`;
  if (view.agentTenantId === undefined) return noted(undefined, lookedAt, 'The agent is not known here; its id is passed on.');
  if (view.agentTenantId === null) return noted(undefined, lookedAt, 'The agent belongs to no tenant; its id is passed on.');
  if (view.agentTenantId !== tenantId) {
    return noted(undefined, lookedAt, "The agent belongs to another tenant; the call stays with the user's tenant.");
  }
  return passed(undefined, lookedAt, 'belongs to the same tenant');
}

function matchNumber(view: RoutingView, fromNumber: string, tenantId: string): Step<MatchedNumber> {
  const lookedAt = `from_number ${fromNumber}, among the tenant's numbers`;
  const list = `dialplane number list --tenant ${tenantId}`;
  const meant = view.numbers.filter((number) => number.tenantId === tenantId && canMean(fromNumber, number));
  const active = meant.filter((number) => number.isActive);
  const [row, another] = active;
  if (row === undefined) {
    return meant.length > 0
      ? refused('number_disabled', lookedAt, 'The number is switched off.', `Switch it on: dialplane number enable ${fromNumber} --tenant ${tenantId}`)
      : refused('number_not_found', lookedAt, 'The tenant has no such number.', `See what it has: ${list}; or add it: dialplane number add --base <digits> --country <code> --tenant ${tenantId}`);
  }
  if (another !== undefined) {
    const ways = active.map((number) => toE164(number) ?? number.baseNumber).join(', ');
    return refused('ambiguous_number', lookedAt, `It fits ${active.length} numbers of the tenant: ${ways}.`,
      `Write from_number in E.164; if two rows are the same number, switch one off: dialplane number disable <number id> --tenant ${tenantId}`);
  }
  const e164 = toE164(row);
  if (e164 === undefined) {
    return refused('number_incomplete', lookedAt, 'The stored number and country code do not make an E.164 number.',
      `Mend its base_number and country_code: ${list}`);
  }
  return passed({ row, e164 }, lookedAt, `is ${e164} (row ${row.id})`);
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
    return refused('rules_invalid', lookedAt, `The number's rules are malformed: ${reading.problem}.`,
      'Mend the rules column of the number: it holds a JSON object such as {"livekit_config": "<uuid>"}');
  }
  const { livekitConfigId } = reading.rules;
  return livekitConfigId === undefined
    ? noted(undefined, lookedAt, 'name no livekit_config')
    : passed(livekitConfigId, lookedAt, `name LiveKit config ${livekitConfigId}`);
}

function targetFromEnvironment(view: RoutingView, { row, e164 }: MatchedNumber, tenantId: string): Step<SourcedTarget> {
  const lookedAt = 'the environment fallback';
  const fallback = view.environmentFallback;
  if (fallback === undefined) {
    return refused('no_livekit_config', lookedAt, "The number's rules name no LiveKit config.",
      `Give it one: dialplane number assign ${e164} --config <config id> --tenant ${tenantId}`);
  }
  return noted(
    {
      source: 'environment',
      livekitConfigId: undefined,
      deployment: fallback.deployment,
      serverUrl: fallback.url,
      sipTrunkId: fallback.sipTrunkId,
      agentName: fallback.agentName,
      callerId: e164,
    },
    lookedAt,
    `Using environment credentials, not the database: number ${row.id} has no livekit_config.`,
  );
}

function targetFromConfig(view: RoutingView, { e164 }: MatchedNumber, tenantId: string, configId: string): Step<SourcedTarget> {
  const lookedAt = `LiveKit config ${configId}`;
  const assign = `dialplane number assign ${e164} --config <config id> --tenant ${tenantId}`;
  const config = view.configs.find((candidate) => candidate.id === configId);
  if (config === undefined) {
    return refused('config_not_found', lookedAt, 'There is no such LiveKit config.', `Assign one that exists: ${assign}`);
  }
  if (config.tenantId !== null && config.tenantId !== tenantId) {
    return refused('config_of_another_tenant', lookedAt, 'The LiveKit config belongs to another tenant.', `Assign one of this tenant's: ${assign}`);
  }
  const update = `dialplane config update ${configId}${config.tenantId === null ? ' --operator' : ` --tenant ${tenantId}`}`;
  if (!config.isActive) {
    return refused('config_disabled', lookedAt, `LiveKit config ${config.name} is switched off.`, `Switch it on: ${update} --enable`);
  }
  const reading = readServerUrl(config.url);
  if (reading.kind === 'problem') {
    return refused('config_incomplete', lookedAt, `Its URL is unusable: ${reading.problem}.`, `Set another: ${update} --url <url>`);
  }
  const { sipTrunkId, agentName } = config;
  if (!sipTrunkId) return refused('config_incomplete', lookedAt, 'It has no trunk.', `Set one: ${update} --trunk <ST_…>`);
  if (!isSipTrunkId(sipTrunkId)) return refused('config_incomplete', lookedAt, 'Its trunk id is none of LiveKit: those begin with ST_.', `Set another: ${update} --trunk <ST_…>`);
  if (!agentName || !isAgentName(agentName)) return refused('config_incomplete', lookedAt, 'It has no usable agent name.', `Set one: ${update} --agent-name <name>`);
  if (!DIAL_MODES.some((mode) => mode === config.dialMode)) {
    return refused('dial_mode_unsupported', lookedAt, `Its dial mode ${config.dialMode} is not known.`, `Set one that is: ${update} --dial-mode ${DIAL_MODES.join('|')}`);
  }
  return passed(
    {
      source: 'database',
      livekitConfigId: config.id,
      deployment: reading.serverUrl.origin,
      serverUrl: config.url,
      sipTrunkId,
      agentName,
      callerId: e164,
    },
    lookedAt,
    `${config.name}, ${config.tenantId === null ? "an operator's" : "the tenant's own"}`,
  );
}
