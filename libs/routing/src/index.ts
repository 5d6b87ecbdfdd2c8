/** The routing decision: pure functions from a view of the configuration to a target or a refusal. */
export { decideRoute } from './decide-route.ts';
export type { Circumstances } from './circumstances.ts';
export { STEPS } from './decision.ts';
export type * from './decision.ts';
export { REJECTIONS } from './rejections.ts';
export { callerConflict, callerProblems, readRouteRequest } from './read-route-request.ts';
export type { FieldProblem, WrittenRouteRequest } from './read-route-request.ts';
export type { Fault, Refusal, RejectionReason } from './rejections.ts';
export type * from './routing-view.ts';
export { parseSnapshotVersion } from './parse-snapshot-version.ts';
export type { SnapshotVersion } from './parse-snapshot-version.ts';
export { timeZoneOf } from './countries/time-zone-of.ts';
export { classifyNumber } from './numbers/classify-number.ts';
export type { NumberClass } from './numbers/number-class.ts';
export { NUMBER_KINDS } from './numbers/number-kind.ts';
export type { NumberKind } from './numbers/number-kind.ts';
export { NUMBER_SERIES, NUMBER_SERIES_AS_OF } from './numbers/number-series.ts';
export type { NumberSeries } from './numbers/number-series.ts';
export { emptySnapshot } from './snapshot/empty-snapshot.ts';
export { PROBLEM_TABLES } from './snapshot/find-problems.ts';
export type {
  ProblemPlace,
  ProblemsOfRow,
  RowProblem,
  Snapshot,
  SnapshotRows,
  Staging,
  TableName,
} from './snapshot/snapshot.ts';
export { dumpSnapshot } from './snapshot/dump-snapshot.ts';
export { restoreSnapshot } from './snapshot/restore-snapshot.ts';
export { SnapshotFormatError } from './snapshot/snapshot-format-error.ts';
