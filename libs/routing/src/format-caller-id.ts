import type { RoutingCall } from './policy.ts';
import type { CallerIdFormat } from '@dialplane/tenancy';

/** A caller id, E.164 and one of the tenant's own, as a carrier wants it. */
export function formatCallerId(call: RoutingCall, e164: string, format: CallerIdFormat): string {
  if (format === 'e164') return e164;
  if (format === 'digits') return e164.slice(1);
  return `0${baseNumberOf(call, e164)}`;
}

/** What is country code and what is not, the tenant has said: no numbering plan has to know the number. */
function baseNumberOf({ view, tenant, number }: RoutingCall, e164: string): string {
  if (e164 === number.e164) return number.baseNumber;
  const own = view.numbersMeant(tenant.id, e164).find((entry) => entry.isActive && entry.e164 === e164);
  return own?.baseNumber ?? e164.slice(1);
}
