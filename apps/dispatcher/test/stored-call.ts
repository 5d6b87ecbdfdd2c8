import { roomName } from '@dialplane/calls';
import type { Call, DialMode, NewAttempt, NewCall } from '@dialplane/calls';
import { exampleAttempt, exampleCall, exampleNewCall, exampleTarget } from '@dialplane/calls/testing';
import type { Route } from '@dialplane/contracts';

import { NUMBER, TENANT } from './known-ids.ts';

export const TARGET = exampleTarget({ sipTrunkId: 'ST_test', callerId: NUMBER, callerIdString: NUMBER.slice(1) });

/** To `TARGET`, by a deployment of `createCarryOutCase`. */
export const ROUTE = {
  tenantId: TENANT,
  source: 'ROUTE_SOURCE_DATABASE',
  snapshotVersion: '1.1',
  targets: [{ ...TARGET, serverUrl: 'https://one.example.com', deployment: 'https://one.example.com' }],
} as unknown as Route;

export function newCall(change: Partial<NewCall> = {}): NewCall {
  return exampleNewCall({ fromNumber: NUMBER, targets: [TARGET, TARGET], ...change });
}

export function newAttempt(callId: string, dialMode: DialMode, number = 1): NewAttempt {
  return { number, targetIndex: number - 1, dialMode, room: roomName(callId, number) };
}

/** A call as it is read back when it was just accepted. */
export function storedCall(change: Partial<Call> = {}): Call {
  const call = newCall();
  const attempt = exampleAttempt({ ...newAttempt(call.id, 'claiming'), target: TARGET });
  return exampleCall({ ...call, tenantId: TENANT, attempts: [attempt], ...change });
}
