import { isE164, isFromNumber } from '@dialplane/tenancy';
import type { PastRequest } from '@dialplane/tenancy';

import { readSmallFile } from '../read-small-file.ts';
import { badUsage } from '../refusal.ts';
import type { Store } from '../wire.ts';
import { topOf } from '../yaml/place.ts';
import { PURPOSES } from './question.ts';
import type { Question } from './question.ts';
import { QUESTION_KEYS, readQuestion } from './read-question.ts';

/** Some requests to replay, and how many of the same stretch cannot be asked again. */
export interface RequestBatch {
  readonly questions: readonly Question[];
  readonly unusable: number;
}

/** Some 400,000 requests. */
const MAX_BYTES = 64 * 1024 * 1024;
const PAGE_SIZE = 1_000;

/** Requests of a file, one JSON object a line; those that begin with # are passed over. Any other bad line refuses the file. */
export async function* requestsOfFile(path: string): AsyncGenerator<RequestBatch> {
  const unusable = (problem: string) =>
    badUsage(
      `The file of requests ${problem}.`,
      '--requests takes a text of at most 64 MiB with one JSON object a line',
    );
  const reading = await readSmallFile(path, MAX_BYTES);
  if (reading.kind === 'problem') throw unusable(reading.problem);
  const questions = reading.text.split('\n').flatMap((text, index) => {
    if (text.trim() === '' || text.startsWith('#')) return [];
    const fail = (problem: string): never => {
      throw unusable(`cannot be used: line ${index + 1}: ${problem}`);
    };
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return fail('it is not JSON');
    }
    const top = topOf({ json, fail: (_, problem) => fail(problem) });
    return [readQuestion(top, top.object(QUESTION_KEYS))];
  });
  if (questions.length === 0) throw unusable('holds no request');
  for (let from = 0; from < questions.length; from += PAGE_SIZE)
    yield { questions: questions.slice(from, from + PAGE_SIZE), unusable: 0 };
}

/** What was asked about a tenant's calls since a moment, each at the call's own time. */
async function* requestsOfHistory({ history }: Store, tenantId: string, since: Date): AsyncGenerator<RequestBatch> {
  let after: PastRequest | undefined;
  for (;;) {
    const page = await history.requests(tenantId, { since, after, limit: PAGE_SIZE });
    const questions = page.flatMap((past) => toQuestion(past, tenantId) ?? []);
    yield { questions, unusable: page.length - questions.length };
    after = page.at(-1);
    if (page.length < PAGE_SIZE) return;
  }
}

/** An adopted table may hold calls without numbers that we could ask about. */
function toQuestion(
  { fromNumber, toNumber, agentId, purpose, createdAt }: PastRequest,
  tenantId: string,
): Question | undefined {
  if (fromNumber === null || !isFromNumber(fromNumber) || toNumber === null || !isE164(toNumber)) return undefined;
  return {
    from: fromNumber,
    to: toNumber,
    // Users come and go; whose call it was, the row says.
    initiatedBy: undefined,
    tenantId,
    agent: agentId !== null && /^[\x21-\x7e]{1,128}$/.test(agentId) ? agentId : undefined,
    purpose: PURPOSES.find((word) => word === purpose),
    routingKey: undefined,
    at: createdAt,
  };
}

/** What was asked about the calls of several tenants, one after the other. */
export async function* requestsOfHistories(
  store: Store,
  tenantIds: readonly string[],
  since: Date,
): AsyncGenerator<RequestBatch> {
  for (const tenantId of tenantIds) yield* requestsOfHistory(store, tenantId, since);
}
