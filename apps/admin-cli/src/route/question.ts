import type { Purpose } from '@dialplane/routing';

/** What is asked about one call. */
export interface Question {
  readonly from: string;
  readonly to: string;
  /** One of the two is given. */
  readonly initiatedBy: string | undefined;
  readonly tenantId: string | undefined;
  readonly agent: string | undefined;
  readonly purpose: Purpose | undefined;
  readonly routingKey: string | undefined;
  /** Undefined: now. */
  readonly at: Date | undefined;
}

export const PURPOSES: readonly Purpose[] = ['transactional', 'service', 'promotional'];
