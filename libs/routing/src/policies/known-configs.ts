import type { KnownConfig } from '../known-config.ts';
import type { Objection } from '../policy.ts';
import type { RoutingView, TrunkEntry } from '../routing-view.ts';
import { configProblem } from './config-problem.ts';

/** A known config and what has been found out with it. Every one is made here. */
interface Remembered extends KnownConfig {
  /** The rows of other trunks of its server that were asked for; undefined for one that has none. */
  otherTrunks: Map<string, TrunkEntry | undefined> | undefined;
  /** The tenant for which it was last judged. */
  judgedFor: string | undefined;
  problem: Objection | undefined;
}

/** A view never changes, and neither does what it says of a config: it is asked once, and forgotten with the view. */
const known = new WeakMap<RoutingView, Map<string, Remembered>>();

export function knownConfig(view: RoutingView, configId: string): KnownConfig {
  let ofView = known.get(view);
  if (ofView === undefined) known.set(view, (ofView = new Map<string, Remembered>()));
  let config = ofView.get(configId);
  if (config === undefined) ofView.set(configId, (config = lookUp(view, configId)));
  return config;
}

/** The row of a trunk of the config's server. */
export function knownTrunk(view: RoutingView, config: KnownConfig, sipTrunkId: string): TrunkEntry | undefined {
  if (sipTrunkId === config.sipTrunkId || config.deploymentOrigin === undefined) return config.trunk;
  const otherTrunks = ((config as Remembered).otherTrunks ??= new Map<string, TrunkEntry | undefined>());
  let trunk = otherTrunks.get(sipTrunkId);
  if (trunk === undefined && !otherTrunks.has(sipTrunkId))
    otherTrunks.set(sipTrunkId, (trunk = view.trunk(config.deploymentOrigin, sipTrunkId)));
  return trunk;
}

/** What speaks against a tenant's calls over the config and its own trunk; undefined when nothing does. */
export function knownProblem(config: KnownConfig, tenantId: string): Objection | undefined {
  const remembered = config as Remembered;
  if (remembered.judgedFor !== tenantId) {
    remembered.problem = configProblem(config, tenantId);
    remembered.judgedFor = tenantId;
  }
  return remembered.problem;
}

function lookUp(view: RoutingView, configId: string): Remembered {
  const config = view.config(configId);
  const origin = config?.server.kind === 'ok' ? config.server.serverUrl.origin : undefined;
  const sipTrunkId = config?.sipTrunkId || undefined;
  return {
    config,
    deploymentOrigin: origin,
    deployment: origin === undefined ? undefined : view.deployment(origin),
    sipTrunkId,
    trunk: origin === undefined || sipTrunkId === undefined ? undefined : view.trunk(origin, sipTrunkId),
    otherTrunks: undefined,
    judgedFor: undefined,
    problem: undefined,
  };
}
