import { setTimeout as sleep } from 'node:timers/promises';

import type { DispatcherClient, DispatchRequest } from '@dialplane/contracts';
import { callUnary, readStatusDetails } from '@dialplane/grpc';
import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';

import type { Answer } from './checker/evidence.ts';
import type { Random } from './random.ts';

export interface DispatchStreamOptions {
  readonly random: Random;
  /** One for each dispatcher. */
  readonly clients: readonly DispatcherClient[];
  /** The nth request, from 0; its tenant and key are its own. */
  readonly requestOf: (n: number) => DispatchRequest;
  readonly callsPerSecond: number;
}

/** What callers were told and how often they had to ask. */
export interface DispatchTally {
  readonly answers: Answer[];
  placed: number;
  asked: number;
  /** By status code. */
  readonly failures: Map<string, number>;
  /** Refusals of calls that were not written, by reason. */
  readonly refused: Map<string, number>;
  /** Keys that were never answered with a call. */
  readonly unanswered: string[];
  cancelled: number;
}

export interface DispatchStream {
  readonly tally: DispatchTally;
  /** Places calls until the signal is aborted, and no fewer than `least`; resolves when every caller is done. */
  run(least: number, signal: AbortSignal): Promise<void>;
}

const DEADLINE_MS = 15_000;
const GIVE_UP_AFTER_MS = 90_000;
/** What a caller asks again for: nobody can know whether the call was written. */
const PASSING: readonly status[] = [
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.CANCELLED,
  status.INTERNAL,
  status.RESOURCE_EXHAUSTED,
];
const CHANCE_TO_ASK_TWICE_AT_ONCE = 0.15;
const CHANCE_TO_ASK_AGAIN = 0.25;
const CHANCE_TO_CANCEL = 0.05;

/** Callers as they should be: one key a call, asked again, of any dispatcher, until there is an answer. */
export function createDispatchStream({
  random,
  clients,
  requestOf,
  callsPerSecond,
}: DispatchStreamOptions): DispatchStream {
  const tally: DispatchTally = {
    answers: [],
    placed: 0,
    asked: 0,
    failures: new Map(),
    refused: new Map(),
    unanswered: [],
    cancelled: 0,
  };

  /** The call that the answer names, be it a reply or an error; undefined: ask again. */
  async function ask(request: DispatchRequest): Promise<string | undefined> {
    tally.asked += 1;
    const client = random.pick(clients);
    try {
      const reply = await callUnary(client.dispatch.bind(client), request, { deadline: Date.now() + DEADLINE_MS });
      return reply.callLogId;
    } catch (caught) {
      const error = caught as ServiceError;
      const code = status[error.code];
      tally.failures.set(code, (tally.failures.get(code) ?? 0) + 1);
      const { reason = code, metadata } = readStatusDetails(error);
      const named = metadata?.call_log_id;
      if (named !== undefined && named !== '') note(request, named);
      if (PASSING.includes(error.code)) return undefined;
      if (named === undefined) tally.refused.set(reason, (tally.refused.get(reason) ?? 0) + 1);
      return named ?? '';
    }
  }

  function note({ tenantId, idempotencyKey }: DispatchRequest, callId: string): void {
    tally.answers.push({ tenantId, key: idempotencyKey, callId });
  }

  async function askUntilAnswered(request: DispatchRequest, patienceMs: number): Promise<string> {
    for (const until = Date.now() + patienceMs; ;) {
      const callId = await ask(request);
      if (callId !== undefined) {
        if (callId !== '') note(request, callId);
        return callId;
      }
      if (Date.now() > until) {
        tally.unanswered.push(request.idempotencyKey);
        return '';
      }
      await sleep(random.between(100, 1_000));
    }
  }

  async function cancel({ tenantId }: DispatchRequest, callLogId: string): Promise<void> {
    await sleep(random.between(0, 4_000));
    const client = random.pick(clients);
    const cancelled = callUnary(
      client.cancelCall.bind(client),
      { callLogId, tenantId, initiatedBy: '' },
      { deadline: Date.now() + DEADLINE_MS },
    );
    await cancelled.then(
      () => (tally.cancelled += 1),
      () => {},
    );
  }

  async function placeOne(n: number): Promise<void> {
    const request = requestOf(n);
    tally.placed += 1;
    const twice = random.chance(CHANCE_TO_ASK_TWICE_AT_ONCE);
    const [callId = ''] = await Promise.all([
      askUntilAnswered(request, GIVE_UP_AFTER_MS),
      twice ? askUntilAnswered(request, GIVE_UP_AFTER_MS) : '',
    ]);
    if (callId === '') return;
    if (random.chance(CHANCE_TO_CANCEL)) await cancel(request, callId);
    if (random.chance(CHANCE_TO_ASK_AGAIN)) {
      await sleep(random.between(0, 5_000));
      await askUntilAnswered(request, GIVE_UP_AFTER_MS);
    }
  }

  return {
    tally,
    async run(least, signal) {
      const placing: Promise<void>[] = [];
      const start = Date.now();
      for (let n = 0; n < least || !signal.aborted; n++) {
        placing.push(placeOne(n));
        const due = start + ((n + 1) / callsPerSecond) * 1_000;
        await sleep(Math.max(0, due - Date.now()));
      }
      await Promise.all(placing);
    },
  };
}
