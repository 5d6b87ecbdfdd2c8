/** The routing decision: pure functions from a view of the configuration to a target or a refusal. */
export { decideRoute } from './decide-route.ts';
export type * from './decision.ts';
export { REJECTIONS } from './rejections.ts';
export { CALLER_CONFLICT, callerProblems, readRouteRequest } from './read-route-request.ts';
export type { FieldProblem, WrittenRouteRequest } from './read-route-request.ts';
export type { Fault, RejectionReason } from './rejections.ts';
export type * from './routing-view.ts';
export { parseSnapshotVersion } from './parse-snapshot-version.ts';
export type { SnapshotVersion } from './parse-snapshot-version.ts';
