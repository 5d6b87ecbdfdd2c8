import { DIAL_MODES, isAgentName, isSipTrunkId, readServerUrl } from '@dialplane/tenancy';

import type { Routed, Target } from './decision.ts';
import type { MatchedNumber } from './match-number.ts';
import type { RoutingView } from './routing-view.ts';
import { noted, passed, refused } from './step.ts';
import type { Step } from './step.ts';

type SourcedTarget = Target & Pick<Routed, 'source'>;

/** Where a call from the number goes: to the LiveKit config that its rules name, or to the environment's. */
export function chooseTarget(
  view: RoutingView,
  number: MatchedNumber,
  tenantId: string,
  configId: string | undefined,
): Step<SourcedTarget> {
  return configId === undefined
    ? targetFromEnvironment(view, number, tenantId)
    : targetFromConfig(view, number, tenantId, configId);
}

function targetFromEnvironment(view: RoutingView, { row, e164 }: MatchedNumber, tenantId: string): Step<SourcedTarget> {
  const lookedAt = 'the environment fallback';
  const fallback = view.environmentFallback;
  if (fallback === undefined) {
    return refused(
      'no_livekit_config',
      lookedAt,
      "The number's rules name no LiveKit config.",
      `Give it one: dialplane number assign ${e164} --config <config id> --tenant ${tenantId}`,
    );
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

function targetFromConfig(
  view: RoutingView,
  { e164 }: MatchedNumber,
  tenantId: string,
  configId: string,
): Step<SourcedTarget> {
  const lookedAt = `LiveKit config ${configId}`;
  const assign = `dialplane number assign ${e164} --config <config id> --tenant ${tenantId}`;
  const config = view.configs.find((candidate) => candidate.id === configId);
  if (config === undefined) {
    return refused(
      'config_not_found',
      lookedAt,
      'There is no such LiveKit config.',
      `Assign one that exists: ${assign}`,
    );
  }
  if (config.tenantId !== null && config.tenantId !== tenantId) {
    return refused(
      'config_of_another_tenant',
      lookedAt,
      'The LiveKit config belongs to another tenant.',
      `Assign one of this tenant's: ${assign}`,
    );
  }
  const update = `dialplane config update ${configId}${config.tenantId === null ? ' --operator' : ` --tenant ${tenantId}`}`;
  if (!config.isActive) {
    return refused(
      'config_disabled',
      lookedAt,
      `LiveKit config ${config.name} is switched off.`,
      `Switch it on: ${update} --enable`,
    );
  }
  const reading = readServerUrl(config.url);
  if (reading.kind === 'problem') {
    return refused(
      'config_incomplete',
      lookedAt,
      `Its URL is unusable: ${reading.problem}.`,
      `Set another: ${update} --url <url>`,
    );
  }
  const { sipTrunkId, agentName } = config;
  if (!sipTrunkId)
    return refused('config_incomplete', lookedAt, 'It has no trunk.', `Set one: ${update} --trunk <ST_…>`);
  if (!isSipTrunkId(sipTrunkId))
    return refused(
      'config_incomplete',
      lookedAt,
      'Its trunk id is none of LiveKit: those begin with ST_.',
      `Set another: ${update} --trunk <ST_…>`,
    );
  if (!agentName || !isAgentName(agentName))
    return refused(
      'config_incomplete',
      lookedAt,
      'It has no usable agent name.',
      `Set one: ${update} --agent-name <name>`,
    );
  if (!DIAL_MODES.some((mode) => mode === config.dialMode)) {
    return refused(
      'dial_mode_unsupported',
      lookedAt,
      `Its dial mode ${config.dialMode} is not known.`,
      `Set one that is: ${update} --dial-mode ${DIAL_MODES.join('|')}`,
    );
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
