import type { ConfigEntry, DeploymentEntry, RoutingView, TrunkEntry } from '../routing-view.ts';

/** A LiveKit config with the server that it is for, whoever owns them. */
export interface Line {
  /** Undefined when there is none of that id. */
  readonly config: ConfigEntry | undefined;
  /** Undefined when the config has no usable URL. */
  readonly deploymentOrigin: string | undefined;
  readonly deployment: DeploymentEntry | undefined;
  /** The config's own, if it names one. */
  readonly sipTrunkId: string | undefined;
  /** The rows of trunks of that server that were asked for; undefined for one that has none. */
  readonly trunks: Map<string, TrunkEntry | undefined>;
}

/** A view never changes, and neither does what it says of a config: it is asked once, and forgotten with the view. */
const lines = new WeakMap<RoutingView, Map<string, Line>>();

export function lineOf(view: RoutingView, configId: string): Line {
  let known = lines.get(view);
  if (known === undefined) lines.set(view, (known = new Map()));
  let line = known.get(configId);
  if (line === undefined) known.set(configId, (line = lookUp(view, configId)));
  return line;
}

export function trunkOf(view: RoutingView, { deploymentOrigin, trunks }: Line, sipTrunkId: string): TrunkEntry | undefined {
  if (deploymentOrigin === undefined) return undefined;
  let trunk = trunks.get(sipTrunkId);
  if (trunk === undefined && !trunks.has(sipTrunkId))
    trunks.set(sipTrunkId, (trunk = view.trunk(deploymentOrigin, sipTrunkId)));
  return trunk;
}

function lookUp(view: RoutingView, configId: string): Line {
  const config = view.config(configId);
  const deploymentOrigin = config?.server.kind === 'ok' ? config.server.serverUrl.origin : undefined;
  return {
    config,
    deploymentOrigin,
    deployment: deploymentOrigin === undefined ? undefined : view.deployment(deploymentOrigin),
    sipTrunkId: config?.sipTrunkId || undefined,
    trunks: new Map(),
  };
}
