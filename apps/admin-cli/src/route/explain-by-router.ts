import { StepOutcome } from '@dialplane/contracts';
import type { ExplainRouteResponse, RouterClient } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';

import { askServer } from '../ask-server.ts';
import { Refusal } from '../refusal.ts';
import { word } from '../word.ts';
import type { Answer, Answered } from './answer.ts';
import type { Explain } from './explain.ts';
import type { Question } from './question.ts';
import { expiryOf } from './snapshot-age.ts';
import { toContract } from './to-contract.ts';

/** Longer than the router waits for a snapshot version. */
export const EXPLAIN_TIMEOUT_MS = 15_000;

/**
 * Asks the router; what is wrong with a question itself is an answer, too, and with the proposed rules is none. Gives up
 * on a router that answers no call, whose decisions nobody gets.
 */
export function explainByRouter(client: RouterClient, minSnapshotVersion = ''): Explain {
  return async (question, proposedRules) => {
    try {
      const explained = await explainRoute(client, question, { proposedRules, minSnapshotVersion });
      const expiry = expiryOf(explained);
      if (expiry !== undefined) throw expiry;
      return toAnswered(explained);
    } catch (error) {
      if (!(error instanceof Refusal) || error.exitCode !== 2 || isAboutProposal(error)) throw error;
      const { reason, message, hint } = error;
      const answer = { kind: 'rejected', reason, message, hint, tenantId: question.tenantId ?? '' } as const;
      return { answer, decidedBy: undefined, snapshotVersion: '' };
    }
  };
}

const isAboutProposal = ({ details: { violations } }: Refusal): boolean =>
  Array.isArray(violations) && violations.some(({ field }: { field?: unknown }) => field === 'proposed_rules');

export function explainRoute(
  client: RouterClient,
  { from, to, initiatedBy, tenantId, agent, purpose, routingKey, at }: Question,
  { proposedRules = '', minSnapshotVersion = '' }: { proposedRules?: string | undefined; minSnapshotVersion?: string },
): Promise<ExplainRouteResponse> {
  const request = {
    initiatedBy: initiatedBy ?? '',
    tenantId: tenantId ?? '',
    fromNumber: from,
    toNumber: to,
    agentId: agent ?? '',
    purpose: toContract(purpose),
    routingKey: routingKey ?? '',
    minSnapshotVersion,
  };
  return askServer('router', client, EXPLAIN_TIMEOUT_MS, (options) =>
    callUnary(client.explainRoute.bind(client), { request, at, proposedRules }, options),
  );
}

function toAnswered({ response, trace }: ExplainRouteResponse): Answered {
  const outcome = response?.outcome;
  const refusing = trace.find((step) => step.outcome === StepOutcome.REFUSED);
  const decidedBy = outcome?.$case === 'rejection' ? refusing : trace.at(-1);
  return { answer: toAnswer(outcome), decidedBy, snapshotVersion: outcome?.value.snapshotVersion ?? '' };
}

function toAnswer(outcome: NonNullable<ExplainRouteResponse['response']>['outcome']): Answer {
  if (outcome === undefined)
    return {
      kind: 'rejected',
      reason: 'unknown',
      message: 'The router gave no decision that this version knows.',
      hint: '',
      tenantId: '',
    };
  if (outcome.$case === 'rejection') {
    const { reason, message, hint, tenantId } = outcome.value;
    return { kind: 'rejected', reason: word(reason, 'REJECTION_REASON'), message, hint, tenantId };
  }
  const { source, tenantId, targets, number } = outcome.value;
  return {
    kind: 'routed',
    source: word(source, 'ROUTE_SOURCE') === 'environment' ? 'environment' : 'database',
    tenantId,
    e164: number?.e164 ?? '',
    targets,
  };
}
