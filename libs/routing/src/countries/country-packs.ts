import type { CountryPack } from './country-pack.ts';
import { INDIA } from './india.ts';
import { UNITED_ARAB_EMIRATES } from './united-arab-emirates.ts';

/** The packs by country, ISO 3166 alpha-2. */
export const COUNTRY_PACKS: ReadonlyMap<string, CountryPack> = new Map(
  [INDIA, UNITED_ARAB_EMIRATES].map((pack) => [pack.country, pack]),
);
