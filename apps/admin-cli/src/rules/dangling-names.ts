import { readLineFacts, readServerUrl, toE164 } from '@dialplane/tenancy';
import type { CarrierRule, Deployment, LiveKitConfig, Rules, Trunk, VoiceAgentNumber } from '@dialplane/tenancy';

import { scopeFlag } from '../options.ts';

/** What the rules of a tenant's number may name. */
export interface Usable {
  readonly tenantId: string;
  readonly configs: readonly LiveKitConfig[];
  readonly trunks: readonly Trunk[];
  readonly deployments: readonly Deployment[];
  readonly numbers: readonly VoiceAgentNumber[];
}

/** Something that rules name and a call cannot use. */
export interface Dangling {
  /** One sentence that begins with the place in the rules. */
  readonly problem: string;
  readonly hint: string;
  /** It is there, and does not help as it is: switched off, for example. */
  readonly isOff: boolean;
}

type Say = (place: string, problem: string, hint: string) => void;

/** Everything that the rules name and that is not there for the tenant, or is switched off. */
export function danglingNames(rules: Rules, usable: Usable): Dangling[] {
  const { tenantId, configs, numbers } = usable;
  const found: Dangling[] = [];
  const say: Say = (place, problem, hint) =>
    found.push({ problem: `${place} ${problem}`, hint, isOff: problem.endsWith('switched off.') });

  const lookAtConfig = (place: string, configId: string | undefined): LiveKitConfig | undefined => {
    const config = configs.find(({ id }) => id === configId);
    if (configId === undefined) return undefined;
    if (config === undefined)
      say(
        place,
        `names LiveKit config ${configId}, which is not there for the tenant.`,
        `See what there is: dialplane config list --tenant ${tenantId}`,
      );
    else if (!config.isActive)
      say(
        place,
        `names LiveKit config ${config.name}, which is switched off.`,
        `Switch it on: dialplane config update ${configId} ${scopeFlag(config.tenantId)} --enable`,
      );
    return config;
  };
  const lookAtCallerId = (place: string, callerId: string | undefined) => {
    if (callerId === undefined) return;
    const number = numbers.find((one) => toE164(one) === callerId);
    if (number === undefined)
      say(
        place,
        `names caller id ${callerId}, which is no number of the tenant's.`,
        `See what it has: dialplane number list --tenant ${tenantId}; or add it: dialplane number add --base <digits> --country <code> --tenant ${tenantId}`,
      );
    else if (!number.isActive)
      say(
        place,
        `names caller id ${callerId}, which is switched off.`,
        `Switch it on: dialplane number enable ${callerId} --tenant ${tenantId}`,
      );
  };

  lookAtConfig('rules.livekit_config', rules.livekitConfigId);
  rules.routes.forEach(({ livekitConfigId }, index) =>
    lookAtConfig(`rules.routes[${index}].livekit_config`, livekitConfigId),
  );
  const own = configs.find(({ id }) => id === rules.livekitConfigId);
  rules.carriers.forEach((carrier, index) => {
    const place = `rules.carriers[${index}]`;
    const config =
      carrier.livekitConfigId === undefined ? own : lookAtConfig(`${place}.livekit_config`, carrier.livekitConfigId);
    lookAtCallerId(`${place}.caller_id`, carrier.callerId);
    if (config !== undefined) lookAtLine(place, carrier, config, usable, say);
  });
  return found;
}

/** The trunk and the header profile of a carrier rule. */
function lookAtLine(
  place: string,
  { sipTrunkId, headerProfile }: CarrierRule,
  config: LiveKitConfig,
  { tenantId, trunks, deployments }: Usable,
  say: Say,
): void {
  const server = readServerUrl(config.url);
  if (server.kind === 'problem') return;
  const { origin } = server.serverUrl;
  const id = sipTrunkId ?? config.sipTrunkId;
  const trunk = trunks.find((one) => one.sipTrunkId === id && one.deploymentOrigin === origin);
  const set = `dialplane trunk set ${id} --deployment ${origin}`;
  if (sipTrunkId !== undefined && sipTrunkId !== config.sipTrunkId && trunk === undefined)
    say(
      `${place}.trunk_id`,
      `names trunk ${sipTrunkId}, which is neither that of LiveKit config ${config.name} nor registered at ${origin}.`,
      `Register it: ${set} --tenant ${tenantId}`,
    );
  if (trunk?.isActive === false)
    say(
      `${place}.trunk_id`,
      `means trunk ${id}, which is switched off.`,
      `Switch it on: ${set} ${scopeFlag(trunk.tenantId)} --enable`,
    );
  if (headerProfile === undefined) return;
  const deployment = deployments.find((one) => one.origin === origin);
  const has = [trunk, deployment].some((line) => {
    const facts = readLineFacts(null, line?.headerProfiles ?? null);
    return facts.kind === 'ok' && Object.hasOwn(facts.value.headerProfiles, headerProfile);
  });
  if (!has)
    say(
      `${place}.header_profile`,
      `names header profile ${headerProfile}, which neither trunk ${id} nor deployment ${origin} has.`,
      `Give it to the trunk: ${set} ${scopeFlag(trunk === undefined ? tenantId : trunk.tenantId)} --headers <file>`,
    );
}
