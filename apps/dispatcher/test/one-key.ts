import { randomUUID } from 'node:crypto';

import { callUnary } from '@dialplane/grpc';
import type { DispatchResponse } from '@dialplane/contracts';

import { dispatchRequest } from './dispatch-request.ts';
import type { Case } from './case.ts';
import type { DispatcherProcess } from './dispatcher-process.ts';

const AT_ONCE = 50;
/** ACCEPTED, and as far as the two of them have to agree on what they did in LiveKit. */
const WAITS = ['WAIT_UNTIL_ACCEPTED', 'WAIT_UNTIL_ROOM_READY'] as const;

export interface OneKeyResult {
  readonly rounds: number;
  /** Calls in the log. */
  readonly rows: number;
  readonly keys: number;
  /** Rounds in which not all replies were equal. */
  readonly unequal: readonly string[];
  /** Dispatches that were not answered. */
  readonly failures: readonly string[];
}

/** 50 Dispatches at once with one key, at dispatchers in turn, round after round. */
export async function sendOneKey(
  { sql }: Pick<Case, 'sql'>,
  dispatchers: readonly DispatcherProcess[],
  rounds: number,
): Promise<OneKeyResult> {
  const failures: string[] = [];
  const unequal: string[] = [];
  const prefix = randomUUID();
  for (let round = 0; round < rounds; round++) {
    const request = dispatchRequest({
      idempotencyKey: `${prefix}-${round}`,
      waitUntil: WAITS[round % WAITS.length] ?? 'WAIT_UNTIL_ACCEPTED',
    });
    const replies = await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, n): Promise<DispatchResponse | undefined> => {
        const client = dispatchers[n % dispatchers.length]?.client;
        if (client === undefined) return undefined;
        return callUnary(client.dispatch.bind(client), request).catch((error: unknown) => {
          failures.push(`round ${round}: ${String(error)}`);
          return undefined;
        });
      }),
    );
    const texts = new Set(replies.filter((reply) => reply !== undefined).map((reply) => JSON.stringify(reply)));
    if (texts.size !== 1) unequal.push(`round ${round}: ${[...texts].join(' | ')}`);
  }
  const [row] = await sql<{ rows: number; keys: number }>(
    `SELECT count(DISTINCT c.id)::int AS rows, count(DISTINCT k.key)::int AS keys
     FROM $schema.voice_call_logs c LEFT JOIN $schema.idempotency_keys k ON k.call_id = c.id`,
  );
  return { rounds, rows: row?.rows ?? 0, keys: row?.keys ?? 0, unequal, failures };
}
