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
  /** Its row, if it has one. */
  readonly trunk: TrunkEntry | undefined;
  /** The rows of other trunks of that server that were asked for; undefined for one that has none. */
  readonly others: Map<string, TrunkEntry | undefined>;
}

/** A view never changes, and neither does what it says of a config: it is asked once, and forgotten with the view. */
const lines = new WeakMap<RoutingView, Map<string, Line>>();

export function lineOf(view: RoutingView, configId: string): Line {
  let known = lines.get(view);
  if (known === undefined) lines.set(view, (known = new Map<string, Line>()));
  let line = known.get(configId);
  if (line === undefined) known.set(configId, (line = lookUp(view, configId)));
  return line;
}

/** The row of a trunk of the line's server. */
export function trunkOf(view: RoutingView, line: Line, sipTrunkId: string): TrunkEntry | undefined {
  if (sipTrunkId === line.sipTrunkId || line.deploymentOrigin === undefined) return line.trunk;
  let trunk = line.others.get(sipTrunkId);
  if (trunk === undefined && !line.others.has(sipTrunkId))
    line.others.set(sipTrunkId, (trunk = view.trunk(line.deploymentOrigin, sipTrunkId)));
  return trunk;
}

function lookUp(view: RoutingView, configId: string): Line {
  const config = view.config(configId);
  const origin = config?.server.kind === 'ok' ? config.server.serverUrl.origin : undefined;
  const sipTrunkId = config?.sipTrunkId || undefined;
  return {
    config,
    deploymentOrigin: origin,
    deployment: origin === undefined ? undefined : view.deployment(origin),
    sipTrunkId,
    trunk: origin === undefined || sipTrunkId === undefined ? undefined : view.trunk(origin, sipTrunkId),
    others: new Map<string, TrunkEntry | undefined>(),
  };
}
