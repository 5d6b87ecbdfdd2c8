import { COUNTRY_TIME_ZONES } from '../gen/country-time-zones.ts';
import { COUNTRY_PACKS } from './country-packs.ts';

/**
 * The IANA zone of a whole country, ISO 3166 alpha-2; undefined when it keeps more than one time, or is not known.
 * A pack's zone goes before the generated table's.
 */
export function timeZoneOf(country: string | undefined): string | undefined {
  if (country === undefined) return undefined;
  return COUNTRY_PACKS.get(country)?.timezone ?? ZONES.get(country);
}

const ZONES: ReadonlyMap<string, string> = new Map(Object.entries(COUNTRY_TIME_ZONES));
