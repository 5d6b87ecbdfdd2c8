import { expect, test } from '@jest/globals';

import type { DestinationRules } from '@dialplane/tenancy';

import { NUMBER_PLAN } from '../../src/numbers/number-plan.ts';
import { destination } from '../../src/policies/destination.ts';
import { applied, outcome, routingCall, TENANT } from './routing-call.ts';

const US = '+12125550100';
const IN = '+919999999999';
const AE = '+971555555555';
const NOWHERE_IN_1 = '+12005550100';

const NOT_ALLOWED = 'destination_not_allowed';
const DENIED = 'destination_denied';
const KIND = 'destination_kind_refused';
const EMERGENCY = 'emergency_number';

/** Every country that shares the calling code +1. */
const ALL_OF_1 = NUMBER_PLAN.classes.flatMap(({ countryCallingCode, country }) =>
  countryCallingCode === '1' && country !== undefined ? [country] : [],
);

const rules = (change: Partial<DestinationRules> = {}): { destinations: DestinationRules } => ({
  destinations: { allowCountries: undefined, denyPrefixes: [], allowKinds: undefined, ...change },
});
const countries = (...allowCountries: string[]) => ({ allowCountries });
const kinds = (...allowKinds: string[]) => ({ allowKinds });
const deny = (...denyPrefixes: string[]) => ({ denyPrefixes });

test.each<
  [
    why: string,
    from: string,
    to: string,
    expected: string,
    number: Partial<DestinationRules>,
    tenant: Partial<DestinationRules>,
  ]
>([
  // Countries: the number's, else the tenant's, else the number's own.
  ["the number's own country", US, '+12125550199', 'passed', {}, {}],
  ["the number's own country", IN, IN, 'passed', {}, {}],
  ['a number of a series is of its country too', '+911600999999', IN, 'passed', {}, {}],
  ["another country than the number's own", US, IN, NOT_ALLOWED, {}, {}],
  ['Canada shares +1 and is another country', US, '+14165550199', NOT_ALLOWED, {}, {}],
  ["the number's rules", IN, AE, 'passed', countries('AE'), {}],
  ['its own country is not allowed by itself', IN, IN, NOT_ALLOWED, countries('AE'), {}],
  ["the tenant's defaults", IN, AE, 'passed', {}, countries('AE')],
  ["the tenant's defaults", IN, IN, NOT_ALLOWED, {}, countries('AE')],
  ["the number's take the place of the tenant's", IN, AE, NOT_ALLOWED, countries('IN'), countries('AE')],
  ['an empty list allows nobody', IN, IN, NOT_ALLOWED, countries(), countries('IN')],

  // What does not say its country.
  ["the number's own country is not known", NOWHERE_IN_1, '+12125550199', NOT_ALLOWED, {}, {}],
  ['and need not be, once somebody says', NOWHERE_IN_1, '+12125550199', 'passed', {}, countries('US')],
  ['+1, of no country that is known', US, NOWHERE_IN_1, NOT_ALLOWED, countries('US'), kinds('unknown')],
  ['+1, of no country that is known', US, NOWHERE_IN_1, NOT_ALLOWED, {}, kinds('unknown')],
  ['every country of +1 may be called', US, NOWHERE_IN_1, 'passed', countries(...ALL_OF_1), kinds('unknown')],
  ['the kind is unknown all the same', US, NOWHERE_IN_1, KIND, countries(...ALL_OF_1), {}],
  ['an international network, of no country', US, '+88399999999', KIND, countries('US'), {}],
  ['allowed by its kind', US, '+88399999999', 'passed', countries('US'), kinds('satellite')],
  ['international toll free: of no country, so by name only', US, '+80099999999', KIND, countries('US'), {}],
  ['allowed by its kind', US, '+80099999999', 'passed', countries('US'), kinds('toll_free')],
  ['a calling code that nobody has', US, '+21099999999', NOT_ALLOWED, countries('US'), kinds('unknown')],

  // Kinds.
  ['premium', US, '+19005550199', KIND, {}, {}],
  ["named by the number's rules", US, '+19005550199', 'passed', kinds('premium'), {}],
  ["named by the tenant's defaults", US, '+19005550199', 'passed', {}, kinds('premium')],
  ["the number's take the place of the tenant's", US, '+19005550199', KIND, kinds(), kinds('premium')],
  ['another kind is named', US, '+19005550199', KIND, kinds('satellite'), {}],
  ['a kind allows no country', IN, '+19005550199', NOT_ALLOWED, kinds('premium'), {}],
  ['personal', US, '+15005550199', KIND, {}, {}],
  ['toll free needs no name', US, '+18005550199', 'passed', {}, {}],
  ['shared cost', IN, '+9118609999999', KIND, {}, {}],
  ["a telemarketer's number is a uan, which needs no name", IN, '+911409999999', 'passed', {}, {}],
  ['shared cost', '+441632960000', '+448431111111', KIND, {}, {}],
  ['a digit too few: unknown', IN, '+91999999999', KIND, {}, {}],
  ['named', IN, '+91999999999', 'passed', kinds('unknown'), {}],

  // Prefixes that are denied.
  ["by the number's rules", IN, IN, DENIED, deny('+9199'), {}],
  ["by the tenant's defaults", IN, IN, DENIED, {}, deny('+9199')],
  ['both count', IN, IN, DENIED, deny('+9198'), deny('+9199')],
  ['others are denied', IN, IN, 'passed', deny('+9198'), deny('+9197')],
  ['everything', IN, IN, DENIED, deny('+'), countries('IN')],
  ['a denied prefix goes before an allowed country', US, IN, DENIED, { ...countries('IN'), ...deny('+91') }, {}],
  ['the whole number', IN, `${IN}`, DENIED, deny(`${IN}`), {}],
  ['longer than the number', IN, `${IN}`, 'passed', deny(`${IN}9`), {}],

  // Emergency.
  ['begins like 911 and is in no plan', US, '+19115550100', EMERGENCY, {}, {}],
  ['it is of a kind of its own', US, '+19115550100', EMERGENCY, kinds('unknown'), {}],
  ['named', US, '+19115550100', 'passed', { ...countries(...ALL_OF_1), ...kinds('emergency_like') }, {}],
  ['named, and of no country that is known', US, '+19115550100', NOT_ALLOWED, kinds('emergency_like'), {}],
  ['Delhi: in the plan, dialled with a plus', IN, '+911122222222', 'passed', {}, {}],

  // What is no E.164 number. Requests are checked before; nothing may get through all the same.
  ['no plus', IN, '919999999999', NOT_ALLOWED, countries('IN'), {}],
  ['empty', IN, '', NOT_ALLOWED, countries('IN'), {}],
  ['spaces', IN, '+91 99999 99999', NOT_ALLOWED, countries('IN'), {}],
  ['other digits', IN, '+९१९९९९९९९९९९', NOT_ALLOWED, countries('IN'), {}],
  ['a zero first', IN, '+0919999999999', NOT_ALLOWED, countries('IN'), {}],
])('%s: from %s to %s is %s', (_why, from, to, expected, number, tenant) => {
  expect(outcome(destination, routingCall({ from, to, rules: rules(number), defaults: rules(tenant) }))).toBe(expected);
});

test('a refusal says whose rules and how to change them', () => {
  const refusal = (number: Partial<DestinationRules>, tenant: Partial<DestinationRules>) =>
    applied(destination, routingCall({ from: US, to: IN, rules: rules(number), defaults: rules(tenant) }))?.refusal;
  expect(refusal(countries('US'), {})?.message).toContain("the number's rules");
  expect(refusal({}, countries('US'))?.message).toContain("the tenant's defaults");
  expect(refusal({}, {})?.message).toContain('own country alone, US');
  expect(refusal({}, {})?.hint).toContain(`dialplane number rules set ${US} --file <yaml> --tenant ${TENANT}`);
});
