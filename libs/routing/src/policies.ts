import { callerId } from './policies/caller-id.ts';
import { candidates } from './policies/candidates.ts';
import { enabled } from './policies/enabled.ts';
import { limits } from './policies/limits.ts';
import { order } from './policies/order.ts';
import { region } from './policies/region.ts';
import type { Policy } from './policy.ts';

/** What every call goes through, in this order. */
export const POLICIES: readonly Policy[] = [candidates, enabled, region, callerId, order, limits];
