/** The routing decision: pure functions from a view of the configuration to a target or a refusal. */
export { decideRoute } from './decide-route.ts';
export type * from './decision.ts';
export { REJECTIONS } from './rejections.ts';
export type { Fault, RejectionReason } from './rejections.ts';
export type * from './routing-view.ts';
