import type { ConfigEntry, DeploymentEntry, TrunkEntry } from './routing-view.ts';

/** A LiveKit config with its server and its own trunk, whoever owns them: what a view says of them. */
export interface KnownConfig {
  /** Undefined when there is none of that id. */
  readonly config: ConfigEntry | undefined;
  /** Undefined when the config has no usable URL. */
  readonly deploymentOrigin: string | undefined;
  readonly deployment: DeploymentEntry | undefined;
  /** The config's own, if it names one. */
  readonly sipTrunkId: string | undefined;
  /** Its row, if it has one. */
  readonly trunk: TrunkEntry | undefined;
}
