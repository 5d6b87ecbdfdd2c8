import { RouteCallResponse, RouteCallsResponse, RpcStatus } from '@dialplane/contracts';
import { invalidArgument, StatusError, toRpcStatus } from '@dialplane/grpc';
import { REJECTIONS } from '@dialplane/routing';
import type { Decision, RejectionReason, Target } from '@dialplane/routing';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { DecidedRequest } from '../src/decide-request.ts';
import { encodeRouteCall } from '../src/encode-route-call.ts';
import { encodeRouteCalls } from '../src/encode-route-calls.ts';
import { ReverseWriter } from '../src/reverse-writer.ts';
import { toRouteCallResponse } from '../src/to-route-call-response.ts';

/** Texts as they are, and as nobody would write them. */
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('', 'x'.repeat(127), 'x'.repeat(128), 'ü'.repeat(200), '\ud800', 'x'.repeat(20_000)),
);
const target: fc.Arbitrary<Target> = fc.record({
  livekitConfigId: fc.option(text, { nil: undefined }),
  deployment: text,
  serverUrl: text,
  sipTrunkId: text,
  agentName: text,
  callerId: text,
  dialString: text,
  callerIdString: text,
  sipHeaders: fc.dictionary(text, text, { maxKeys: 4 }),
});
const routed: fc.Arbitrary<Decision> = fc.record({
  kind: fc.constant('routed' as const),
  source: fc.constantFrom('database' as const, 'environment' as const),
  tenantId: text,
  number: fc.record({ id: text, baseNumber: text, countryCode: text, e164: text }),
  targets: fc.array(target, { minLength: 1, maxLength: 5 }) as unknown as fc.Arbitrary<[Target]>,
  expiresAt: fc.integer({ min: 0, max: Date.UTC(2300, 0) }),
  notes: fc.array(text, { maxLength: 3 }),
});
const rejected: fc.Arbitrary<Decision> = fc.record({
  kind: fc.constant('rejected' as const),
  reason: fc.constantFrom(...(Object.keys(REJECTIONS) as RejectionReason[])),
  message: text,
  hint: text,
  tenantId: fc.option(text, { nil: undefined }),
});
const decided: fc.Arbitrary<DecidedRequest> = fc.record({
  decision: fc.oneof({ weight: 3, arbitrary: routed }, rejected),
  snapshotVersion: text,
});
const failed: fc.Arbitrary<StatusError> = fc.oneof(
  fc.constant(invalidArgument([{ field: 'from_number', description: 'must be E.164' }])),
  text.map(
    (message) =>
      new StatusError({
        code: 'UNAVAILABLE',
        reason: 'SNAPSHOT_TOO_OLD',
        message,
        fault: 'dialplane',
        retryable: true,
        hint: '',
      }),
  ),
);

/** What a client reads of what the generated encoder writes. */
const generated = (reply: DecidedRequest): RouteCallResponse =>
  RouteCallResponse.decode(RouteCallResponse.encode(toRouteCallResponse(reply)).finish());

describe('what a client reads', () => {
  test("of RouteCall's reply is what the generated encoder would have written", () => {
    fc.assert(
      fc.property(decided, (reply) => {
        expect(RouteCallResponse.decode(encodeRouteCall(reply))).toEqual(generated(reply));
      }),
      { numRuns: 500 },
    );
  });

  test("of RouteCalls's reply is the same, for every item, under its id", () => {
    const item = fc.record({ id: text, outcome: fc.oneof({ weight: 3, arbitrary: decided }, failed) });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 20 }), (items) => {
        const { results } = RouteCallsResponse.decode(encodeRouteCalls(items));
        expect(results).toEqual(
          items.map(({ id, outcome }) => ({
            id: id.toWellFormed(),
            outcome: outcome instanceof StatusError ? errorOf(outcome) : generated(outcome).outcome,
          })),
        );
      }),
    );
  });

  test('twin: of a reply whose writer leaves out a field is something else', () => {
    const reply: DecidedRequest = fc.sample(
      fc.record({ decision: routed, snapshotVersion: fc.constant('1.2') }),
      1,
    )[0]!;
    expect(RouteCallResponse.decode(encodeRouteCall({ ...reply, snapshotVersion: '' }))).not.toEqual(generated(reply));
  });
});

test('a reply is a copy, which the next one does not change', () => {
  const [first, second] = fc.sample(fc.record({ decision: routed, snapshotVersion: text }), { numRuns: 2, seed: 1 });
  const bytes = encodeRouteCall(first!);
  const before = Buffer.from(bytes);
  encodeRouteCall(second!);
  expect(bytes.equals(before)).toBe(true);
});

test('a writer keeps no more room than most messages need', () => {
  const writer = new ReverseWriter();
  const write = (length: number): number => {
    writer.clear();
    writer.string(10, 'x'.repeat(length));
    expect(writer.finish().length).toBeGreaterThan(length);
    return writer.capacity;
  };
  const usual = write(200_000);
  expect(usual).toBeGreaterThan(200_000);
  expect(write(10)).toBe(usual);
  expect(write(3_000_000)).toBeLessThan(1024 * 1024);
  // A message that is never finished leaves nothing either.
  writer.string(10, 'x'.repeat(3_000_000));
  expect(writer.capacity).toBeGreaterThan(3_000_000);
  expect(write(10)).toBeLessThan(1024 * 1024);
});

function errorOf(error: StatusError): RouteCallsResponse['results'][number]['outcome'] {
  return { $case: 'error', value: RpcStatus.decode(RpcStatus.encode(toRpcStatus(error)).finish()) };
}
