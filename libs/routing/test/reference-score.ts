import type { CarrierRule } from '@dialplane/tenancy';

const MASK = 0xffff_ffffn;

const byteInto = (state: bigint, byte: bigint): bigint => ((state ^ byte) * 0x0100_0193n) & MASK;

/** FNV-1a over the characters and an end mark. */
const textInto = (state: bigint, text: string): bigint =>
  byteInto(
    [...text].reduce((so, character) => byteInto(so, BigInt(character.codePointAt(0)!)), state),
    0xffn,
  );

const numberInto = (state: bigint, value: number): bigint =>
  byteInto(byteInto(state, BigInt(value) & 0xffffn), BigInt(value) >> 16n);

/** The finalizer of MurmurHash3, 32 bits. */
function mix(input: bigint): bigint {
  let state = input ^ (input >> 16n);
  state = (state * 0x85eb_ca6bn) & MASK;
  state ^= state >> 13n;
  state = (state * 0xc2b2_ae35n) & MASK;
  return state ^ (state >> 16n);
}

/** What `drawScore` comes to, in arithmetic that does not overflow. */
export function referenceScore(
  routingKey: string,
  way: {
    readonly configId: string | undefined;
    readonly trunkId: string | null;
    readonly callerId: string;
    readonly carrier: CarrierRule | undefined;
    readonly prefix: string;
    readonly priority: number;
    readonly weight: number;
  },
): number {
  const key = mix(textInto(0x811c_9dc5n, routingKey));
  let own = numberInto(0x811c_9dc5n, way.priority * 32 + way.prefix.length);
  for (const text of [way.configId ?? '', way.trunkId ?? '', way.callerId]) own = textInto(own, text);
  if (way.carrier !== undefined) {
    const { strip, plus, trunkZero, prefix } = way.carrier.dialFormat;
    own = numberInto(own, strip * 4 + (plus ? 2 : 0) + (trunkZero ? 1 : 0));
    for (const text of [prefix, way.carrier.callerIdFormat, way.carrier.headerProfile ?? '']) own = textInto(own, text);
  }
  own = mix(own);
  const drawn = mix((mix(key ^ own) + own * 0x0100_0193n) & MASK);
  return -Math.log((Number(drawn) + 0.5) / 2 ** 32) / (way.weight === 0 ? 1 : way.weight);
}
