import type { ConfigEntry, DeploymentEntry, TenantEntry, TrunkEntry } from './routing-view.ts';

/** A LiveKit config with the server that it is for, whoever owns them: what a view says of them, remembered. */
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
  others: Map<string, TrunkEntry | undefined> | undefined;
  /** The tenant for which the config and its own trunk were last found to be in order. */
  usableBy: TenantEntry | undefined;
}
