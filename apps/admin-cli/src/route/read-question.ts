import { agentId, fromNumber, idempotencyKey, moment, purpose as readPurpose, toNumber, uuid } from '../arguments.ts';
import type { Place } from '../yaml/place.ts';
import type { Question } from './question.ts';

/** The keys of a question in a file. */
export const QUESTION_KEYS = ['from', 'to', 'initiated_by', 'tenant', 'agent', 'purpose', 'routing_key', 'at'] as const;

type Fields = Readonly<Record<string, Place | undefined>>;

/** Reads a question from an object of a file; `whole` is the object. */
export function readQuestion(whole: Place, fields: Fields): Question {
  const { from, to, initiated_by: initiatedBy, tenant, agent, purpose, routing_key: routingKey, at } = fields;
  if (from === undefined) return whole.fail('has no from');
  if (to === undefined) return whole.fail('has no to');
  if (initiatedBy === undefined && tenant === undefined) whole.fail('names neither initiated_by nor tenant');
  return {
    from: from.read(fromNumber),
    to: to.read(toNumber),
    initiatedBy: initiatedBy?.read(uuid),
    tenantId: tenant?.read(uuid),
    agent: agent?.read(agentId),
    purpose: purpose?.read(readPurpose),
    routingKey: routingKey?.read(idempotencyKey),
    at: at?.read(moment),
  };
}
