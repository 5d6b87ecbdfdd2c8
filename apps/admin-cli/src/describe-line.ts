import { readSipCodes } from '@dialplane/tenancy';
import type { Deployment, Trunk } from '@dialplane/tenancy';

import { scopeFlag } from './options.ts';

const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));
const yesOrNo = (value: boolean): string => (value ? 'yes' : 'no');

/** A trunk for people. */
export function trunkFields(trunk: Trunk) {
  return {
    deployment: trunk.deploymentOrigin,
    owner: trunk.tenantId === null ? 'operator: every tenant may use it' : `tenant ${trunk.tenantId}`,
    carrier: trunk.carrier,
    'caller ids of': trunk.cliCountries === null ? 'every country' : trunk.cliCountries.join(', ') || 'no country',
    limits: json(trunk.limits),
    'header profiles': json(trunk.headerProfiles),
    'sip codes': sipCodesText(trunk.sipCodes),
    active: yesOrNo(trunk.isActive),
  };
}

/** A trunk's own meanings of SIP codes as `--sip-codes` takes them; null: it has none. */
export function sipCodesText(sipCodes: unknown): string | null {
  const reading = readSipCodes(sipCodes);
  if (reading.kind === 'problem') return `unusable: ${reading.problem}`;
  const meanings = Object.entries(reading.value).map(([code, reason]) => `${code}=${reason}`);
  return meanings.length === 0 ? null : meanings.join(',');
}

/** A deployment for people. */
export function deploymentFields(deployment: Deployment) {
  return {
    region: deployment.region,
    limits: json(deployment.limits),
    'header profiles': json(deployment.headerProfiles),
    active: yesOrNo(deployment.isActive),
  };
}

/** How a trunk is named on the command line. */
export const trunkSet = ({ sipTrunkId, deploymentOrigin, tenantId }: Trunk): string =>
  `dialplane trunk set ${sipTrunkId} --deployment ${deploymentOrigin} ${scopeFlag(tenantId)}`;
