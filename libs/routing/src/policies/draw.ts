import type { Candidate } from '../policy.ts';

/** The offset basis and the prime of FNV-1a at 32 bits. */
const BASIS = 0x811c9dc5,
  PRIME = 0x01000193;
const TWO_TO_32 = 0x1_0000_0000;

/** Named once: where modules run in a context of their own, as in tests, looking a global up costs more than the sum. */
const { imul, log } = Math;

/** The routing key as the draw takes it: hashed once per call. */
export function hashKey(routingKey: string): number {
  return mix(absorb(BASIS, routingKey));
}

/**
 * The candidate's score in a weighted rendezvous, `-ln(u) / weight` with `u` between 0 and 1 drawn from the key, the
 * candidate and its level: the lowest comes first. What the candidate itself is decides, not its place in the
 * rules, so another one that comes or goes changes nothing between the others.
 */
export function drawScore(key: number, candidate: Candidate): number {
  const { priority, prefixLength, weight } = candidate;
  const own = mix(absorbCandidate(absorbNumber(BASIS, priority * 32 + prefixLength), candidate));
  // Twice: once mixed, two candidates' hashes differ by the same bits under every key.
  const drawn = mix(mix(key ^ own) + imul(own, PRIME));
  return -log(((drawn >>> 0) + 0.5) / TWO_TO_32) / (weight || 1);
}

function absorbCandidate(hash: number, { livekitConfigId, sipTrunkId, callerId, carrier }: Candidate): number {
  const way = absorb(absorb(absorb(hash, livekitConfigId ?? ''), sipTrunkId ?? ''), callerId);
  if (carrier === undefined) return way;
  const { strip, prefix, plus, trunkZero } = carrier.dialFormat;
  const formatted = absorb(absorbNumber(way, strip * 4 + (plus ? 2 : 0) + (trunkZero ? 1 : 0)), prefix);
  return absorb(absorb(formatted, carrier.callerIdFormat), carrier.headerProfile ?? '');
}

/** FNV-1a, with an end mark, so that `a`, `bc` is another pair than `ab`, `c`. */
function absorb(hash: number, text: string): number {
  let state = hash;
  for (let at = 0; at < text.length; at++) state = imul(state ^ text.charCodeAt(at), PRIME);
  return imul(state ^ 0xff, PRIME);
}

function absorbNumber(hash: number, value: number): number {
  return imul(imul(hash ^ (value & 0xffff), PRIME) ^ (value >>> 16), PRIME);
}

/** MurmurHash3's finalizer: every bit of the input changes every bit of the output half the time. */
function mix(hash: number): number {
  let state = hash ^ (hash >>> 16);
  state = imul(state, 0x85ebca6b);
  state ^= state >>> 13;
  state = imul(state, 0xc2b2ae35);
  return state ^ (state >>> 16);
}
