import type { Line } from '../line.ts';
import type { RoutingView, TrunkEntry } from '../routing-view.ts';

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
  line.others ??= new Map<string, TrunkEntry | undefined>();
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
    others: undefined,
    usableBy: undefined,
  };
}
