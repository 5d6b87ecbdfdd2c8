import { canMean } from '@dialplane/tenancy';

import type { Answer } from './answer.ts';
import type { Explain } from './explain.ts';
import { inParallel } from './in-parallel.ts';
import { nameChange } from './name-change.ts';
import type { Proposal } from './read-proposals.ts';
import type { Question } from './question.ts';
import type { RequestBatch } from './requests.ts';

/** Both sides of a comparison. */
export interface Sides {
  readonly present: Explain;
  /** Answers as if the proposal held. */
  readonly proposed: (question: Question, proposal: Proposal) => ReturnType<Explain>;
}

export interface Example {
  readonly question: Question;
  readonly before: Answer;
  readonly after: Answer;
}

/** Changes of one kind in one tenant. */
export interface ChangeGroup {
  readonly tenantId: string;
  readonly change: string;
  count: number;
  readonly examples: Example[];
}

export interface Replayed {
  requests: number;
  /** Of these, those that come from a number of the proposals. */
  concerned: number;
  changed: number;
  /** Requests that cannot be asked again, or that fit several of the proposals. */
  skipped: number;
  readonly groups: Map<string, ChangeGroup>;
  /** Requests of each proposal. */
  readonly perProposal: Map<Proposal, number>;
  snapshotVersion: string;
}

const MAX_EXAMPLES = 3;
/** How often both sides are asked when the configuration changes in between. */
const MAX_TRIES = 3;

/** Asks both sides about every request from a number that a proposal names. */
export async function replay(
  batches: AsyncIterable<RequestBatch>,
  proposals: readonly Proposal[],
  sides: Sides,
  onProgress: (requests: number) => void,
): Promise<Replayed> {
  const replayed: Replayed = {
    requests: 0,
    concerned: 0,
    changed: 0,
    skipped: 0,
    groups: new Map(),
    perProposal: new Map(proposals.map((proposal) => [proposal, 0])),
    snapshotVersion: '',
  };
  for await (const { questions, unusable } of batches) {
    replayed.requests += questions.length + unusable;
    replayed.skipped += unusable;
    await inParallel(questions, async (question) => {
      const [proposal, another] = proposals.filter((one) => isMeant(one, question));
      if (proposal === undefined) return;
      if (another !== undefined) replayed.skipped += 1;
      else await compare(replayed, question, proposal, sides);
    });
    onProgress(replayed.requests);
  }
  return replayed;
}

const isMeant = (proposal: Proposal, { from, tenantId }: Question): boolean =>
  canMean(from, proposal) && (proposal.tenantId ?? tenantId) === (tenantId ?? proposal.tenantId);

async function compare(replayed: Replayed, question: Question, proposal: Proposal, sides: Sides): Promise<void> {
  let [before, after] = await askBoth(question, proposal, sides);
  for (let tries = 1; before.snapshotVersion !== after.snapshotVersion && tries < MAX_TRIES; tries++)
    [before, after] = await askBoth(question, proposal, sides);
  // What was written can mean another number of the tenant's, or the number is not that tenant's.
  const isOther = [before.answer, after.answer].some(
    (answer) =>
      (answer.kind === 'routed' && answer.e164 !== proposal.e164) ||
      (proposal.tenantId !== undefined && answer.tenantId !== proposal.tenantId),
  );
  if (isOther) return;
  replayed.concerned += 1;
  replayed.snapshotVersion = after.snapshotVersion;
  replayed.perProposal.set(proposal, (replayed.perProposal.get(proposal) ?? 0) + 1);
  const change = nameChange(before.answer, after.answer);
  if (change === undefined) return;
  replayed.changed += 1;
  const { tenantId } = after.answer;
  const key = `${tenantId} ${change}`;
  const group = replayed.groups.get(key) ?? { tenantId, change, count: 0, examples: [] };
  group.count += 1;
  if (group.examples.length < MAX_EXAMPLES)
    group.examples.push({ question, before: before.answer, after: after.answer });
  replayed.groups.set(key, group);
}

const askBoth = (question: Question, proposal: Proposal, { present, proposed }: Sides) =>
  Promise.all([present(question), proposed(question, proposal)]);
