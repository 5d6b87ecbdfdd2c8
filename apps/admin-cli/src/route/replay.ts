import { canMean } from '@dialplane/tenancy';

import type { Answer, Answered } from './answer.ts';
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

/** Requests from numbers of the proposals in one tenant. */
export interface TenantCount {
  concerned: number;
  changed: number;
}

/** Every request is one of `concerned`, `ofOtherNumbers`, and those of `skipped`. */
export interface Replayed {
  requests: number;
  /** Of these, those that come from a number of the proposals. */
  concerned: number;
  /** Those that come from no number of the proposals. */
  ofOtherNumbers: number;
  changed: number;
  readonly skipped: Record<SkipReason, number>;
  readonly tenants: Map<string, TenantCount>;
  readonly groups: Map<string, ChangeGroup>;
  /** Requests of each proposal. */
  readonly perProposal: Map<Proposal, number>;
  snapshotVersion: string;
}

/** It cannot be asked again; it fits several of the proposals; the configuration was another at every try. */
export type SkipReason = 'unusable' | 'ambiguous' | 'unsettled';

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
    ofOtherNumbers: 0,
    changed: 0,
    skipped: { unusable: 0, ambiguous: 0, unsettled: 0 },
    tenants: new Map(),
    groups: new Map(),
    perProposal: new Map(proposals.map((proposal) => [proposal, 0])),
    snapshotVersion: '',
  };
  for await (const { questions, unusable } of batches) {
    replayed.requests += questions.length + unusable;
    replayed.skipped.unusable += unusable;
    await inParallel(questions, async (question) => {
      const [proposal, another] = proposals.filter((one) => isMeant(one, question));
      if (proposal === undefined) replayed.ofOtherNumbers += 1;
      else if (another !== undefined) replayed.skipped.ambiguous += 1;
      else await compare(replayed, question, proposal, sides);
    });
    onProgress(replayed.requests);
  }
  return replayed;
}

const isMeant = (proposal: Proposal, { from, tenantId }: Question): boolean =>
  canMean(from, proposal) && (proposal.tenantId ?? tenantId) === (tenantId ?? proposal.tenantId);

async function compare(replayed: Replayed, question: Question, proposal: Proposal, sides: Sides): Promise<void> {
  const both = await askBoth(question, proposal, sides);
  if (both === undefined) {
    replayed.skipped.unsettled += 1;
    return;
  }
  const [before, after] = both;
  if (isOfOther(before.answer, proposal) || isOfOther(after.answer, proposal)) {
    replayed.ofOtherNumbers += 1;
    return;
  }
  const tenantId = after.answer.tenantId || question.tenantId || '';
  const tenant = replayed.tenants.get(tenantId) ?? { concerned: 0, changed: 0 };
  replayed.tenants.set(tenantId, tenant);
  tenant.concerned += 1;
  replayed.concerned += 1;
  replayed.snapshotVersion = after.snapshotVersion || replayed.snapshotVersion;
  replayed.perProposal.set(proposal, (replayed.perProposal.get(proposal) ?? 0) + 1);
  const change = nameChange(before.answer, after.answer);
  if (change === undefined) return;
  tenant.changed += 1;
  replayed.changed += 1;
  const key = `${tenantId} ${change}`;
  const group = replayed.groups.get(key) ?? { tenantId, change, count: 0, examples: [] };
  group.count += 1;
  if (group.examples.length < MAX_EXAMPLES)
    group.examples.push({ question, before: before.answer, after: after.answer });
  replayed.groups.set(key, group);
}

/** What was written can mean another number of the tenant's, or the number is not that tenant's. */
const isOfOther = (answer: Answer, proposal: Proposal): boolean =>
  (answer.kind === 'routed' && answer.e164 !== proposal.e164) ||
  (proposal.tenantId !== undefined && answer.tenantId !== proposal.tenantId);

/** Both answers, on one configuration; undefined when it was another one at every try. */
async function askBoth(
  question: Question,
  proposal: Proposal,
  { present, proposed }: Sides,
): Promise<readonly [Answered, Answered] | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const [before, after] = await Promise.all([present(question), proposed(question, proposal)]);
    if (before.snapshotVersion === after.snapshotVersion) return [before, after];
  }
  return undefined;
}
