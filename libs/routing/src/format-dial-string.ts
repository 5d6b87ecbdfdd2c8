import type { DialFormat } from '@dialplane/tenancy';

/** The callee's number, E.164, as a carrier wants it. Without a format it is E.164. */
export function formatDialString(e164: string, format: DialFormat | undefined): string {
  if (format === undefined) return e164;
  const { strip, trunkZero, prefix, plus } = format;
  if (strip === 0 && plus && !trunkZero && prefix === '') return e164;
  return `${plus ? '+' : ''}${prefix}${trunkZero ? '0' : ''}${e164.slice(1 + strip)}`;
}
