import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { classifyDialFailure } from '../src/index.ts';
import type { CallReason, DialFailure } from '../src/index.ts';

const failure = (
  sipCode: number | undefined,
  httpStatus: number | undefined,
  twirpCode: string | undefined,
  outcome: DialFailure['outcome'] = 'rejected',
): DialFailure => ({ sipCode, httpStatus, twirpCode, outcome });

describe('what a carrier does is told by its SIP code, whatever HTTP status LiveKit makes of it', () => {
  test.each<[number, number, string, CallReason]>([
    [486, 429, 'resource_exhausted', 'busy'],
    [600, 429, 'resource_exhausted', 'busy'],
    [480, 429, 'resource_exhausted', 'unavailable'],
    [603, 403, 'permission_denied', 'declined'],
    [403, 403, 'permission_denied', 'declined'],
    [500, 412, 'failed_precondition', 'carrier_trouble'],
    [502, 412, 'failed_precondition', 'carrier_trouble'],
    [503, 412, 'failed_precondition', 'carrier_trouble'],
    [504, 408, 'deadline_exceeded', 'carrier_trouble'],
    [408, 408, 'deadline_exceeded', 'no_answer'],
    [404, 404, 'not_found', 'invalid_number'],
    [410, 404, 'not_found', 'invalid_number'],
    [604, 404, 'not_found', 'invalid_number'],
    [484, 400, 'invalid_argument', 'invalid_number'],
    [488, 400, 'invalid_argument', 'carrier_trouble'],
    [487, 408, 'canceled', 'no_answer'],
    [401, 401, 'unauthenticated', 'carrier_refused'],
    [407, 412, 'failed_precondition', 'carrier_refused'],
    [607, 403, 'permission_denied', 'declined'],
    [608, 403, 'permission_denied', 'declined'],
    // Codes that have no line of their own go by their class.
    [302, 500, 'internal', 'carrier_trouble'],
    [420, 400, 'invalid_argument', 'carrier_trouble'],
    [580, 412, 'failed_precondition', 'carrier_trouble'],
    [606, 400, 'invalid_argument', 'declined'],
  ])('%i (HTTP %i %s): %s', (sipCode, httpStatus, twirpCode, reason) => {
    expect(classifyDialFailure(failure(sipCode, httpStatus, twirpCode))).toEqual({ reason, isDefinite: true });
  });

  test('the same statuses without one say something else, or the code would not matter', () => {
    expect(classifyDialFailure(failure(undefined, 404, 'not_found')).reason).not.toBe('invalid_number');
    expect(classifyDialFailure(failure(undefined, 403, 'permission_denied')).reason).not.toBe('declined');
    expect(classifyDialFailure(failure(undefined, 429, 'resource_exhausted')).reason).not.toBe('busy');
  });
});

describe('without a SIP code', () => {
  test.each<[string, DialFailure, CallReason, boolean]>([
    ['it rang until the ringing timeout', failure(undefined, 408, 'canceled'), 'no_answer', true],
    ['the trunk is unknown', failure(undefined, 404, 'not_found'), 'trunk_not_found', true],
    [
      'the carrier wants credentials that the trunk lacks',
      failure(undefined, 412, 'failed_precondition'),
      'carrier_refused',
      true,
    ],
    ['the carrier’s host does not resolve', failure(undefined, 400, 'invalid_argument'), 'carrier_trouble', true],
    ['the API secret is wrong', failure(undefined, 401, undefined), 'credential_refused', true],
    ['the API key may not dial', failure(undefined, 403, 'permission_denied'), 'credential_refused', true],
    ['the server has its limits', failure(undefined, 429, 'resource_exhausted'), 'deployment_error', true],
    ['there was no connection', failure(undefined, undefined, undefined, 'not_sent'), 'deployment_unreachable', true],
    ['something else refused it', failure(undefined, 404, undefined), 'deployment_error', true],
    ['no SIP service is up', failure(undefined, 503, 'unavailable', 'unknown'), 'outcome_unknown', false],
    ['the server has no Redis', failure(undefined, 500, 'internal', 'unknown'), 'outcome_unknown', false],
    ['LiveKit’s own time was up', failure(undefined, 408, 'deadline_exceeded', 'unknown'), 'outcome_unknown', false],
    ['a LiveKit node stopped meanwhile', failure(undefined, 408, 'canceled', 'unknown'), 'outcome_unknown', false],
    ['a proxy lost the reply', failure(undefined, 502, undefined, 'unknown'), 'outcome_unknown', false],
    ['no reply came', failure(undefined, undefined, undefined, 'unknown'), 'outcome_unknown', false],
  ])('%s', (_, given, reason, isDefinite) => {
    expect(classifyDialFailure(given)).toEqual({ reason, isDefinite });
  });

  test('doubt is never called definite, whatever code and status came with it', () => {
    const codes = fc.constantFrom(undefined, 'canceled', 'not_found', 'invalid_argument', 'internal', 'unavailable');
    const statuses = fc.constantFrom(undefined, 400, 404, 408, 412, 429, 500, 502, 503, 504);
    fc.assert(
      fc.property(statuses, codes, (httpStatus, twirpCode) => {
        expect(classifyDialFailure(failure(undefined, httpStatus, twirpCode, 'unknown')).isDefinite).toBe(false);
      }),
    );
  });
});

test('a carrier may mean something else by a code, and by that code alone', () => {
  const channelLimit = { 480: 'carrier_trouble' } as const;
  expect(classifyDialFailure(failure(480, 429, 'resource_exhausted'), channelLimit).reason).toBe('carrier_trouble');
  expect(classifyDialFailure(failure(486, 429, 'resource_exhausted'), channelLimit).reason).toBe('busy');
});
