/** The command that changes a trunk's row, or registers it; a tenant of null is an operator. */
export const trunkCommand = (sipTrunkId: string, deploymentOrigin: string, tenantId: string | null): string =>
  `dialplane trunk set ${sipTrunkId} --deployment ${deploymentOrigin} ${tenantId === null ? '--operator' : `--tenant ${tenantId}`}`;
