/** A do-not-call list, for people. */
export const listName = (tenantId: string | null): string =>
  tenantId === null ? "everybody's do-not-call list" : `the do-not-call list of tenant ${tenantId}`;
