/** What the repository allows, as pure functions to hold it against; nothing here is used by a running Dialplane. */
export { mayEnrich } from './may-enrich.ts';
export { mayMove } from './may-move.ts';
