import { COUNTRY_PACKS } from '../countries/country-packs.ts';
import { NUMBER_SERIES } from '../numbers/number-series.ts';
import type { Objection, RoutingCall } from '../policy.ts';
import type { Purpose } from '../routing-view.ts';

interface SeriesForPurposes {
  readonly name: string;
  readonly prefix: string;
  readonly lengths: readonly number[] | undefined;
  readonly purposes: readonly Purpose[];
}

const SERIES: readonly SeriesForPurposes[] = NUMBER_SERIES.flatMap(
  ({ callingCode, country, nationalPrefix, nationalLengths, purposes }) => {
    if (purposes === undefined) return [];
    const prefix = `+${callingCode}${nationalPrefix}`;
    const lengths = nationalLengths?.map((length) => 1 + callingCode.length + length);
    return [{ name: `${country ?? `+${callingCode}`} ${nationalPrefix}`, prefix, lengths, purposes }];
  },
);

/** An objection that holds for a number as well as for a candidate. */
export interface PurposeProblem extends Objection {
  tell(): ReturnType<Objection['tell']>;
}

/**
 * What speaks against showing a caller id, E.164, in a call of its purpose to its callee; undefined: nothing.
 * - A caller id of a series that is set apart for some purposes is for those alone, whoever is called: for no
 *   others, and not for a call whose purpose is not said.
 * - The pack of the callee's country may name the caller ids that calls of a purpose must show, and may ask that
 *   the purpose be said. What it asks of promotional calls is asked of no call whose purpose is not said.
 */
export function purposeProblem(
  { number, tenant, callee, request }: Pick<RoutingCall, 'number' | 'tenant' | 'callee' | 'request'>,
  callerId: string,
): PurposeProblem | undefined {
  const { purpose } = request;
  for (const series of SERIES) {
    if (!callerId.startsWith(series.prefix) || series.lengths?.includes(callerId.length) === false) continue;
    if (purpose === undefined || !series.purposes.includes(purpose)) return wrongSeries(callerId, series, purpose);
  }
  if (callee?.country === undefined) return undefined;
  const pack = COUNTRY_PACKS.get(callee.country);
  if (pack === undefined) return undefined;
  if (purpose === undefined) {
    if (!pack.purposeRequired) return undefined;
    return problem(() => [`The purpose of a call to ${pack.name} has to be said.`, `${SAY} what it is.`]);
  }
  const rule = pack.callerIds[purpose];
  if (rule === undefined || rule.prefixes.some((prefix) => callerId.startsWith(prefix))) return undefined;
  return problem(() => [
    `A ${purpose} call to ${pack.name} must show ${rule.description}; ${callerId} is none.`,
    'Call from such a number, or have a carrier of the rules show one as its caller_id: ' +
      `dialplane number rules set ${number.e164} --file <yaml> --tenant ${tenant.id}`,
  ]);
}

const SAY = "Set the request's purpose, truthfully, to";

function wrongSeries(
  callerId: string,
  { name, purposes }: SeriesForPurposes,
  purpose: Purpose | undefined,
): PurposeProblem {
  return problem(() => [
    `Caller id ${callerId} is of the series ${name}, which is for ${purposes.join(' and ')} calls; ` +
      (purpose === undefined ? 'what this call is for is not said.' : `this one is ${purpose}.`),
    purpose === undefined
      ? `${SAY} ${purposes.join(' or ')}; for any other call use another number.`
      : `Call from a number that is for ${purpose} calls.`,
  ]);
}

const problem = (text: () => readonly [message: string, hint: string]): PurposeProblem => ({
  reason: 'purpose_not_allowed',
  tell: () => {
    const [message, hint] = text();
    return { message, hint };
  },
});
