import type { StoredConfig } from './find-credential.ts';

/** By which flag an operator's command names the owner of a config. */
export const ownerFlag = ({ tenantId }: StoredConfig): string =>
  tenantId === null ? '--operator' : `--tenant ${tenantId}`;
