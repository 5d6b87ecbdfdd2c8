import { refused } from './refusal.ts';
import type { Refusal } from './refusal.ts';

export const tenantNotFound = (tenantId: string): Refusal =>
  refused('tenant_not_found', `There is no tenant ${tenantId}.`, 'See what there is: dialplane tenant list');
