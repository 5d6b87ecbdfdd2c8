import type { Candidate } from './policy.ts';
import type { DeploymentEntry, SipHeaders, TrunkEntry } from './routing-view.ts';

const NO_HEADERS: SipHeaders = Object.freeze({});

/** The SIP headers that a carrier's header profile means: the trunk's, else the deployment's; undefined: neither's. */
export function headersOf({ carrier, trunk, deployment }: Candidate): SipHeaders | undefined {
  const profile = carrier?.headerProfile;
  if (profile === undefined) return NO_HEADERS;
  return profileOf(trunk, profile) ?? profileOf(deployment, profile);
}

function profileOf(line: TrunkEntry | DeploymentEntry | undefined, profile: string): SipHeaders | undefined {
  if (line?.facts.kind !== 'ok') return undefined;
  const { headerProfiles } = line.facts.value;
  return Object.hasOwn(headerProfiles, profile) ? headerProfiles[profile] : undefined;
}
