export { NUMBER_KINDS } from '@dialplane/tenancy';
export type { NumberKind } from '@dialplane/tenancy';
