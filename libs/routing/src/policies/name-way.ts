import type { Candidate } from '../policy.ts';

/**
 * What to call a candidate in a text: as the tenant's own rules name it. Nothing that is read from a config or a
 * trunk is in it, which may be another tenant's.
 */
export function nameWay({ from, livekitConfigId, carrier }: Candidate): string {
  if (from === 'environment') return 'the environment';
  const trunk = carrier?.sipTrunkId === undefined ? '' : `trunk ${carrier.sipTrunkId} of `;
  return `${trunk}LiveKit config ${livekitConfigId ?? 'of no name'}`;
}
