import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { create, toBinary } from '@bufbuild/protobuf';
import type { FileRegistry } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { afterEach, describe, expect, test } from '@jest/globals';

import {
  breakingProblem,
  bufProblem,
  GOLDEN_FOLDER,
  lintProblem,
  personalFields,
  PROTOS,
  readGolden,
  readGoldens,
  readTypes,
  RELEASED,
  unmarkedTokens,
  unrecorded,
  WORKSPACE,
} from './contract-checks.ts';
import type { Golden } from './contract-checks.ts';

/** The checks that a change of the protos has to pass, as the other tests make them; a problem, or undefined. */
const CHECKS = {
  lint: (protos: string) => lintProblem(protos),
  breaking: (protos: string) => breakingProblem(protos, RELEASED),
  golden: (protos: string, goldens: readonly Golden[]) => goldenProblem(readTypes(protos), goldens),
  recorded: (protos: string, goldens: readonly Golden[]) =>
    unrecorded(readTypes(protos), goldens).join(', ') || undefined,
  privacy: (protos: string) => {
    const marked = personalFields(readTypes(protos));
    return (
      personalFields(readTypes(RELEASED))
        .filter((field) => !marked.includes(field))
        .join(', ') || undefined
    );
  },
  tokens: (protos: string) => unmarkedTokens(readTypes(protos)).join(', ') || undefined,
};
type Check = keyof typeof CHECKS;

function goldenProblem(types: FileRegistry, goldens: readonly Golden[]): string | undefined {
  const changed = goldens.filter(
    (golden) => JSON.stringify(readGolden(types, golden)) !== JSON.stringify(golden.value),
  );
  return changed.map(({ name }) => name).join(', ') || undefined;
}

/** [what is changed, in which proto, what is replaced, by what, which check notices, what it says] */
type Mutation = readonly [name: string, proto: string, from: string | RegExp, to: string, check: Check, says: string];

const ROUTE_CALL = / {2}\/\/ Decides where a call goes[^]*?rpc RouteCall\(.*\n/;
const CLAIM_DIAL = /( {2}\/\/[^\n]*\n)+ {2}rpc ClaimDial\(/;
const SERVICE = (name: string) => new RegExp(`// [^\n]*\n(//[^\n]*\n)*service ${name} {[^]*?\n}\n`);

const MUTATIONS: readonly Mutation[] = [
  ['an RPC deleted', 'router', ROUTE_CALL, '', 'breaking', 'RouteCall'],
  ['an RPC renamed', 'dispatcher', 'rpc GetCall(', 'rpc ReadCall(', 'breaking', 'GetCall'],
  [
    'an RPC taking another request',
    'router',
    'RouteCall(RouteCallRequest)',
    'RouteCall(ExplainRouteRequest)',
    'breaking',
    'request type',
  ],
  [
    'an RPC giving another reply',
    'dispatcher',
    'returns (GetCallResponse)',
    'returns (DispatchResponse)',
    'breaking',
    'response type',
  ],
  [
    'an RPC made a stream',
    'router',
    'returns (RouteCallResponse)',
    'returns (stream RouteCallResponse)',
    'breaking',
    'streaming',
  ],
  ['a service deleted', 'dispatcher', SERVICE('Dispatcher'), '', 'breaking', 'Dispatcher'],
  ['a service renamed', 'router', 'service Router {', 'service Routing {', 'breaking', 'Router'],
  ['a message renamed that travels in error details', '*', /\bRejection\b/g, 'Refusal', 'breaking', 'Rejection'],
  ['an enum renamed', '*', /\bRouteSource\b/g, 'RouteOrigin', 'breaking', 'RouteSource'],
  ['a field deleted', 'router', '  string sip_trunk_id = 4;', '', 'breaking', 'deleted'],
  [
    'a field deleted and reserved',
    'router',
    '  string sip_trunk_id = 4;',
    '  reserved 4; reserved "sip_trunk_id";',
    'golden',
    'route-call-response-route',
  ],
  ['a field renamed', 'router', 'string caller_id = 6', 'string shown_number = 6', 'breaking', 'name'],
  ['a field renumbered', 'router', 'string agent_name = 5;', 'string agent_name = 17;', 'breaking', 'deleted'],
  [
    'two fields swapped',
    'dispatcher',
    'from_number = 4 [(personal) = true];\n  // As in RouteCallRequest.\n  string to_number = 5',
    'to_number = 4 [(personal) = true];\n  // As in RouteCallRequest.\n  string from_number = 5',
    'breaking',
    'name',
  ],
  ['a field of another type', 'dispatcher', 'string metadata = 9', 'bytes metadata = 9', 'breaking', 'type'],
  [
    'a number made a text',
    'dispatcher',
    '1 for the first.\n  uint32 number = 1;',
    '1 for the first.\n  string number = 1;',
    'breaking',
    'type',
  ],
  [
    'a length made a number',
    'dispatcher',
    'google.protobuf.Duration max_duration = 11;',
    'int32 max_duration = 11;',
    'breaking',
    'type',
  ],
  ['an enum made another enum', 'dispatcher', 'CallState state = 9;', 'AttemptState state = 9;', 'breaking', 'type'],
  [
    'one value made several',
    'dispatcher',
    'GetCallResponse {\n  // The call.\n  Call call',
    'GetCallResponse {\n  // The call.\n  repeated Call call',
    'breaking',
    'cardinality',
  ],
  ['several values made one', 'router', 'repeated string notes', 'string notes', 'breaking', 'cardinality'],
  ['an enum value deleted', 'rejection', / {2}\/\/ The tenant is switched off\.\n.*\n/, '', 'breaking', 'deleted'],
  ['an enum value renamed', 'dispatcher', 'CALL_STATE_UNKNOWN', 'CALL_STATE_DOUBTFUL', 'breaking', 'name'],
  [
    'an enum value renumbered',
    'dispatcher',
    'WAIT_UNTIL_AGENT_READY = 3',
    'WAIT_UNTIL_AGENT_READY = 9',
    'breaking',
    'deleted',
  ],
  [
    'an enum value deleted and reserved',
    'rejection',
    '  REJECTION_REASON_CONFIG_DISABLED = 10;',
    '  reserved 10; reserved "REJECTION_REASON_CONFIG_DISABLED";',
    'golden',
    'route-call-response-rejection',
  ],
  [
    'a field taken out of its oneof',
    'router',
    '    // Why it may go nowhere.\n    Rejection rejection = 2;\n  }',
    '  }\n  // Why it may go nowhere.\n  Rejection rejection = 2;',
    'breaking',
    'oneof',
  ],
  [
    'a field moved into a oneof',
    'dispatcher',
    '  string room = 2;',
    '  // Where.\n  oneof place {\n    // The room.\n    string room = 2;\n  }',
    'breaking',
    'oneof',
  ],
  ['the package renamed', '*', 'package dialplane.v1;', 'package dialplane.v2;', 'breaking', 'package'],
  [
    'a standard error detail changed',
    '../../google/rpc/error_details',
    'string reason = 1;',
    'string cause = 1;',
    'breaking',
    'name',
  ],
  [
    'a standard message renamed',
    '../../google/rpc/error_details',
    'message BadRequest {',
    'message WrongRequest {',
    'breaking',
    'BadRequest',
  ],
  [
    'the mark of personal data removed',
    'router',
    'string caller_id = 6 [(personal) = true]',
    'string caller_id = 6',
    'privacy',
    'Target.caller_id',
  ],
  [
    'the mark of a token removed',
    'agent_calls',
    'string report_token = 8 [(personal) = true]',
    'string report_token = 8',
    'tokens',
    'ClaimDialResponse.report_token',
  ],
  [
    'the mark of the token of a request removed',
    'agent_calls',
    'string token = 1 [(personal) = true]',
    'string token = 1',
    'tokens',
    'PlaceDialRequest.token',
  ],
  // What is not released yet is held by what is recorded of it.
  [
    'a field of AgentCalls deleted and reserved',
    'agent_calls',
    '  string nonce = 3;',
    '  reserved 3; reserved "nonce";',
    'golden',
    'claim-dial-request',
  ],
  [
    'a field of AgentCalls renumbered',
    'agent_calls',
    'uint32 ringing_timeout_seconds = 6;',
    'uint32 ringing_timeout_seconds = 16;',
    'golden',
    'claim-dial-response',
  ],
  [
    'a field of AgentCalls renamed',
    'agent_calls',
    'string job_id = 2;',
    'string worker_id = 2;',
    'golden',
    'place-dial-request',
  ],
  [
    'a field of AgentCalls of another type',
    'agent_calls',
    'map<string, string> sip_headers = 4;',
    'repeated string sip_headers = 4;',
    'golden',
    'claim-dial-response',
  ],
  [
    'an RPC of AgentCalls taking another request',
    'agent_calls',
    'ClaimDial(ClaimDialRequest)',
    'ClaimDial(HoldDialRequest)',
    'recorded',
    'dialplane.v1.HoldDialRequest',
  ],
  ["an RPC's description removed from AgentCalls", 'agent_calls', CLAIM_DIAL, '  rpc ClaimDial(', 'lint', 'ClaimDial'],
  [
    "a call's reason deleted",
    'dispatcher',
    / {2}\/\/ \[agent\] No worker took[^]*?NO_AGENT = 4;\n/,
    '',
    'breaking',
    'deleted',
  ],
  [
    "a call's reason renumbered",
    'dispatcher',
    'CALL_REASON_OUTCOME_UNKNOWN = 5;',
    'CALL_REASON_OUTCOME_UNKNOWN = 50;',
    'breaking',
    'deleted',
  ],
  [
    "a call's new reason deleted and reserved",
    'dispatcher',
    '  CALL_REASON_BUSY = 9;',
    '  reserved 9; reserved "CALL_REASON_BUSY";',
    'golden',
    'get-call-response-timeline',
  ],
  [
    "a call's new reason renumbered",
    'dispatcher',
    'CALL_REASON_DO_NOT_CALL = 23;',
    'CALL_REASON_DO_NOT_CALL = 24;',
    'golden',
    'get-call-response-timeline',
  ],
  [
    "two of a call's new reasons swapped",
    'dispatcher',
    /CALL_REASON_BUSY = 9;([^]*)CALL_REASON_DECLINED = 10;/,
    'CALL_REASON_DECLINED = 9;\n  // [callee] The other.\n  CALL_REASON_BUSY = 10;',
    'golden',
    'get-call-response-timeline',
  ],
  [
    "a cancellation's outcome renumbered",
    'dispatcher',
    'CANCEL_OUTCOME_WAS_OVER = 4;',
    'CANCEL_OUTCOME_WAS_OVER = 5;',
    'golden',
    'cancel-call-response-was-over',
  ],
  ["a call's time renumbered", 'dispatcher', 'ringing_at = 16;', 'ringing_at = 26;', 'golden', 'list-calls-response'],
  ["a field's description removed", 'router', '  // The trunk to dial over, `ST_…`.\n', '', 'lint', 'sip_trunk_id'],
  ["a message's description removed", 'dispatcher', '// Which call to read.\n', '', 'lint', 'GetCallRequest'],
  ["an RPC's description removed", 'router', /( {2}\/\/[^\n]*\n)+(?= {2}rpc ExplainRoute)/, '', 'lint', 'ExplainRoute'],
  [
    "a service's description removed",
    'dispatcher',
    '// Places calls, and says what became of them.\n',
    '',
    'lint',
    'Dispatcher',
  ],
  [
    "an enum value's description removed",
    'rejection',
    '  // The tenant is switched off.\n',
    '',
    'lint',
    'TENANT_DISABLED',
  ],
  ["an enum's description removed", 'dispatcher', '// Where a call stands.\n', '', 'lint', 'CallState'],
  ["a oneof's description removed", 'router', '  // Exactly one is set.\n', '', 'lint', 'outcome'],
  [
    'a field named in another style',
    'rejection',
    '  string snapshot_version = 6;',
    '  string snapshot_version = 6;\n  // New.\n  string snapshotEpoch = 7;',
    'lint',
    'snapshotEpoch',
  ],
  [
    'a field added and not recorded',
    'rejection',
    '  string snapshot_version = 6;',
    '  string snapshot_version = 6;\n  // New.\n  string snapshot_epoch = 7;',
    'recorded',
    'dialplane.v1.Rejection.snapshot_epoch',
  ],
  [
    'an RPC added and not recorded',
    'dispatcher',
    'service Dispatcher {',
    'service Dispatcher {\n  // Holds.\n  rpc HoldCall(HoldCallRequest) returns (HoldCallResponse);',
    'recorded',
    'dialplane.v1.HoldCallRequest',
  ],
];

/** Messages that some additions need. */
const APPENDED: Readonly<Record<string, string>> = {
  'an RPC added and not recorded':
    '\n// Which call to hold.\nmessage HoldCallRequest {}\n\n// That it is.\nmessage HoldCallResponse {}\n',
  'an RPC of AgentCalls taking another request': '\n// A wish.\nmessage HoldDialRequest {}\n',
};

let copy: string | undefined;
afterEach(() => {
  if (copy !== undefined) rmSync(copy, { recursive: true, force: true });
});

/** A copy of the protos with one of them changed (or all, for `*`), which still compiles. */
function mutate(proto: string, from: string | RegExp, to: string, appended = ''): string {
  const folder = (copy = mkdtempSync(join(tmpdir(), 'dialplane-protos-')));
  cpSync(PROTOS, folder, { recursive: true });
  let changed = 0;
  for (const file of globSync(`dialplane/v1/${proto}.proto`, { cwd: folder })) {
    const before = readFileSync(join(folder, file), 'utf8');
    const after = before.replace(from, () => to) + appended;
    writeFileSync(join(folder, file), after);
    if (after !== before) changed++;
  }
  expect(changed).toBeGreaterThan(0);
  expect(bufProblem(['build', folder])).toBeUndefined();
  return folder;
}

const goldens = readGoldens(GOLDEN_FOLDER);

function expectAllToPass(protos: string, recorded: readonly Golden[]): void {
  for (const [name, check] of Object.entries(CHECKS))
    expect([name, check(protos, recorded)]).toEqual([name, undefined]);
}

describe('a breaking change', () => {
  test.each(MUTATIONS.map((it) => [it[0], it] as const))('%s is noticed', (name, [, proto, from, to, check, says]) => {
    const protos = mutate(proto, from, to, APPENDED[name]);
    expect(CHECKS[check](protos, goldens)).toContain(says);
  });
});

describe('no change, and a harmless one', () => {
  test('an untouched copy passes every check', () => {
    copy = mkdtempSync(join(tmpdir(), 'dialplane-protos-'));
    cpSync(PROTOS, copy, { recursive: true });
    expectAllToPass(copy, goldens);
  });

  test('a new enum value passes every check', () => {
    const protos = mutate(
      'rejection',
      '  REJECTION_REASON_DIAL_MODE_UNSUPPORTED = 12;',
      '  REJECTION_REASON_DIAL_MODE_UNSUPPORTED = 12;\n  // New.\n  REJECTION_REASON_NEW = 99;',
    );
    expectAllToPass(protos, goldens);
  });

  test('a new field and a new RPC pass every check once they are recorded', () => {
    const protos = mutate(
      'dispatcher',
      'service Dispatcher {',
      'service Dispatcher {\n  // Holds.\n  rpc HoldCall(HoldCallRequest) returns (HoldCallResponse);',
      '\n// Which.\nmessage HoldCallRequest {\n  // A UUID.\n  string call_log_id = 1;\n}\n\n// That it is.\nmessage HoldCallResponse {}\n',
    );
    const types = readTypes(protos);
    const request = types.getMessage('dialplane.v1.HoldCallRequest')!;
    const message = create(request);
    reflect(request, message).set(request.field['callLogId']!, '44444444-4444-4444-8444-444444444444');
    const record = (name: string, bytes: Uint8Array): Golden => {
      const golden = { type: name, bytes: Buffer.from(bytes).toString('hex') };
      return { name, ...golden, value: readGolden(types, golden) };
    };
    const added = [
      record(request.typeName, toBinary(request, message)),
      record('dialplane.v1.HoldCallResponse', new Uint8Array()),
    ];
    expectAllToPass(protos, [...goldens, ...added]);
  });
});

describe('releasing', () => {
  const release = (protos: string, released: string) =>
    spawnSync(process.execPath, [join(WORKSPACE, 'tools/contracts/release-contract.ts'), protos, released]).status;

  test('a breaking change is not released, and the released contract stays', () => {
    const protos = mutate('router', 'string caller_id = 6', 'string shown_number = 6');
    const released = join(protos, 'v1.binpb');
    cpSync(RELEASED, released);
    expect(release(protos, released)).toBe(1);
    expect(readFileSync(released).equals(readFileSync(RELEASED))).toBe(true);
  });

  test('an addition is released', () => {
    const protos = mutate(
      'rejection',
      '  string snapshot_version = 6;',
      '  string snapshot_version = 6;\n  // New.\n  string snapshot_epoch = 7;',
    );
    const released = join(protos, 'v1.binpb');
    cpSync(RELEASED, released);
    expect(release(protos, released)).toBe(0);
    expect(readTypes(released).getMessage('dialplane.v1.Rejection')?.field['snapshotEpoch']).toBeDefined();
  });
});
