import { callerId } from './policies/caller-id.ts';
import { callingHours } from './policies/calling-hours.ts';
import { candidates } from './policies/candidates.ts';
import { destination } from './policies/destination.ts';
import { doNotCall } from './policies/do-not-call.ts';
import { enabled } from './policies/enabled.ts';
import { limits } from './policies/limits.ts';
import { order } from './policies/order.ts';
import { purpose } from './policies/purpose.ts';
import { region } from './policies/region.ts';
import type { Policy } from './policy.ts';

/** What every call goes through, in this order: refusals of the call first, then the ways to place it. */
export const POLICIES: readonly Policy[] = [
  doNotCall,
  purpose,
  destination,
  callingHours,
  candidates,
  enabled,
  region,
  callerId,
  order,
  limits,
];
