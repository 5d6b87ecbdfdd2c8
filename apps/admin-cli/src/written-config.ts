/** A config as written on the command line. Left out: not asked about. */
export interface WrittenConfig {
  readonly name?: string;
  readonly url?: string;
  readonly apiKey?: string;
  readonly apiSecret?: string;
  readonly sipTrunkId?: string;
  readonly agentName?: string;
  readonly dialMode?: string;
  /** Null takes the template away. */
  readonly jobMetadataTemplate?: unknown;
  readonly isActive?: boolean;
}

export type ConfigField = keyof WrittenConfig;

/** What each field is called, and how it is changed on the command line. */
export const CONFIG_FIELDS: Readonly<Record<ConfigField, { readonly label: string; readonly flag: string }>> = {
  name: { label: 'name', flag: '--name' },
  url: { label: 'url', flag: '--url' },
  apiKey: { label: 'api key', flag: '--api-key' },
  apiSecret: { label: 'api secret', flag: '--secret-file' },
  sipTrunkId: { label: 'trunk', flag: '--trunk' },
  agentName: { label: 'agent name', flag: '--agent-name' },
  dialMode: { label: 'dial mode', flag: '--dial-mode' },
  jobMetadataTemplate: { label: 'job metadata template', flag: '--job-metadata-template' },
  isActive: { label: 'active', flag: '--enable' },
};
