import { FAULT_KINDS } from './faults.ts';
import type { Fault } from './faults.ts';

const FIELDS = ['kind', 'probability', 'path', 'seed', 'delayMs'];

/** Reads a list of faults. Throws an error that says what is wrong with which. */
export function readFaults(json: unknown): Fault[] {
  if (!Array.isArray(json)) throw new Error('Faults are a JSON array.');
  return json.map(readFault);
}

function readFault(json: unknown, index: number): Fault {
  const fail = (what: string): never => {
    throw new Error(`Fault ${index}: ${what}.`);
  };
  if (typeof json !== 'object' || json === null) return fail('it is a JSON object');
  const unknown = Object.keys(json).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) return fail(`there is no field ${JSON.stringify(unknown)}`);
  const { kind: named, probability, path, seed, delayMs } = json as Record<string, unknown>;
  const kind = FAULT_KINDS.find((known) => known === named) ?? fail(`kind is one of ${FAULT_KINDS.join(', ')}`);
  if (typeof probability !== 'number' || !(probability >= 0 && probability <= 1)) {
    return fail('probability is a number from 0 to 1');
  }
  if (path !== undefined && typeof path !== 'string') return fail('path is a part of a path');
  if (seed !== undefined && !Number.isSafeInteger(seed)) return fail('seed is a whole number');
  const isDelay = typeof delayMs === 'number' && delayMs >= 0 && delayMs <= 600_000;
  if (kind === 'delay' ? !isDelay : delayMs !== undefined) return fail('delayMs is 0 to 600000, of a delay alone');
  return {
    kind,
    probability,
    ...(path !== undefined && { path }),
    ...(seed !== undefined && { seed: seed as number }),
    ...(kind === 'delay' && { delayMs: delayMs as number }),
  };
}
