/** What was asked about a call that was placed. */
export interface PastRequest {
  readonly callLogId: string;
  readonly createdAt: Date;
  readonly initiatedBy: string | null;
  readonly agentId: string | null;
  readonly fromNumber: string | null;
  readonly toNumber: string | null;
  readonly purpose: string | null;
}

export interface CallHistory {
  /** The tenant's calls since a moment, oldest first: at most `limit` after the one that `after` names. */
  requests(
    tenantId: string,
    page: {
      readonly since: Date;
      readonly after: Pick<PastRequest, 'createdAt' | 'callLogId'> | undefined;
      readonly limit: number;
    },
  ): Promise<PastRequest[]>;
}
