import type { Policy } from '../policy.ts';

/** Refuses callees on the tenant's do-not-call list, or on everybody's. By exact number; the purpose does not matter. */
export const doNotCall: Policy = {
  step: 'do_not_call',
  apply({ view, tenant, request }, candidates) {
    const list = view.doNotCall(tenant.id, request.toNumber);
    if (list === undefined) return undefined;
    const whose = list === 'tenant' ? `--tenant ${tenant.id}` : '--operator';
    return {
      candidates,
      refusal: {
        reason: 'do_not_call',
        message: `The callee's number is on ${list === 'tenant' ? "the tenant's" : "everybody's"} do-not-call list.`,
        hint: `If its owner wants to be called again: dialplane do-not-call remove ${request.toNumber} ${whose}`,
      },
    };
  },
  describe: ({ request }) => ({
    lookedAt: `${request.toNumber} on the do-not-call lists of the tenant and of everybody`,
    concluded: 'on neither',
  }),
};
