import { classifyNumber } from '@dialplane/routing';

/**
 * Made-up numbers. What is reserved for fiction, +1 212 555 01xx and the like, is too little for a million different
 * ones: these have an area code of the United States and an exchange from 550 to 559. None is ever dialled.
 */
const COUNTRY_CODE = '1';
const OWN_EXCHANGES = [550, 551, 552, 553, 554, 556, 557, 558, 559];
const CALLEES_EXCHANGE = 555;
const LINES = 10_000;
/** Lines with this last digit are on do-not-call lists, the others are called. */
const LISTED_DIGIT = 7;

const AREA_CODES = Array.from({ length: 800 }, (_, at) => at + 200).filter((code) => {
  const found = classifyNumber(`+${COUNTRY_CODE}${code}${CALLEES_EXCHANGE}0123`);
  return found?.country === 'US' && found.kind === 'fixed_or_mobile';
});

/** How many different callees there are, and how many numbers for lists. */
export const CALLEES = AREA_CODES.length * (LINES - LINES / 10);
export const LISTABLE = AREA_CODES.length * (LINES / 10);
/** How many numbers tenants may own. */
export const OWNABLE = AREA_CODES.length * OWN_EXCHANGES.length * LINES;

/** Primes that divide none of the counts above: steps of that width meet every one before any twice. */
const STRIDES = { callee: 1_299_709, listed: 104_729 };

/** The nth callee, E.164; no two of the first `CALLEES` are the same, and neighbours have nothing in common. */
export function callee(n: number): string {
  const at = (n * STRIDES.callee) % CALLEES;
  const line = Math.floor(at / AREA_CODES.length);
  const digit = line % 9;
  return e164(at, CALLEES_EXCHANGE, Math.floor(line / 9) * 10 + (digit < LISTED_DIGIT ? digit : digit + 1));
}

/** The nth number of the do-not-call lists, E.164: of the same kind as the callees, and none of them. */
export function listedNumber(n: number): string {
  const at = (n * STRIDES.listed) % LISTABLE;
  return e164(at, CALLEES_EXCHANGE, Math.floor(at / AREA_CODES.length) * 10 + LISTED_DIGIT);
}

/** The nth number that a tenant owns; none is another's. */
export function ownNumber(n: number): { readonly countryCode: string; readonly baseNumber: string } {
  const at = Math.floor(n / AREA_CODES.length);
  const exchange = OWN_EXCHANGES[Math.floor(at / LINES)];
  if (exchange === undefined)
    throw new Error(`There are only ${OWNABLE} made-up numbers, and number ${n} was asked for.`);
  return { countryCode: COUNTRY_CODE, baseNumber: e164(n, exchange, at % LINES).slice(1 + COUNTRY_CODE.length) };
}

function e164(areaCode: number, exchange: number, line: number): string {
  return `+${COUNTRY_CODE}${AREA_CODES[areaCode % AREA_CODES.length]}${exchange}${String(line).padStart(4, '0')}`;
}
