import { maskSecrets } from './mask-secrets.ts';

const E164 = /\+\d{5,13}(\d\d)\b/g;

/** Ids that may hold many digits in a row: UUIDs, rooms (`call-…`) and snapshot versions. */
const ID = /\b(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|call-[0-9a-f]{32}-[0-9a-f]{8}|[0-9a-f]{12}\.\d+)\b/;
/** Seven digits and more that are no part of a word such as `ST_1234567`, nor decimals. */
const DIGITS = /(?<!\w|\d\.)\d{5,}(\d\d)(?!\w)/;
const ID_OR_DIGITS = new RegExp(`${ID.source}|${DIGITS.source}`, 'gi');

/** Nobody reads more of a text. */
const MAX_LENGTH = 8_192;

/**
 * Hides secrets as `maskSecrets` does, and what may be a phone number but for its last two digits: E.164, and seven
 * digits or more in a row. That hides some plain numbers, too; ports, dates and our ids stay. What is longer than 8,192
 * characters is cut there, after it was masked.
 */
export function maskText(text: string): string {
  const masked = maskSecrets(text)
    .replace(E164, '…$1')
    .replace(ID_OR_DIGITS, (found, last?: string) => (last === undefined ? found : `…${last}`));
  const cut = masked.length - MAX_LENGTH;
  return cut > 0 ? `${masked.slice(0, MAX_LENGTH)}… (${cut} characters more)` : masked;
}
