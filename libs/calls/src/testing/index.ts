/**
 * For tests: example calls, and what the repository allows, as pure functions to hold it against. Nothing here is used by
 * a running Dialplane.
 */
export { exampleAttempt, exampleCall, exampleNewCall, exampleTarget } from './example-call.ts';
export { mayEnrich } from './may-enrich.ts';
export { mayMove } from './may-move.ts';
