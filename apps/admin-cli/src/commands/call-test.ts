import { randomUUID } from 'node:crypto';

import { AttemptState, CallState, OnAgentLost, WaitUntil } from '@dialplane/contracts';
import type { DispatchResponse } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import type { Purpose } from '@dialplane/routing';
import { Command, InvalidArgumentError, Option } from 'commander';

import type { Verb } from '../act.ts';
import { agentId, fromNumber, idempotencyKey, seconds, toNumber } from '../arguments.ts';
import { askServer } from '../ask-server.ts';
import { isOver } from '../call/call-words.ts';
import { examples } from '../examples.ts';
import { callerOptions, dispatcherOption, minSnapshotOption, purposeOption, readCaller } from '../options.ts';
import type { CallerOptions } from '../options.ts';
import { readCallMetadata } from '../read-call-metadata.ts';
import { Refusal } from '../refusal.ts';
import { toContract } from '../route/to-contract.ts';
import { sourceText } from '../source-text.ts';
import { bold, CROSS, fields, TICK, WARNING } from '../text.ts';
import { word } from '../word.ts';

/** Longer than the dispatcher waits for an agent. */
const TIMEOUT_MS = 45_000;
/** How long the phone may ring unless somebody says otherwise: the contract's. */
const DEFAULT_RINGING_SECONDS = 30;

const WAIT_UNTIL: Readonly<Record<string, WaitUntil>> = {
  accepted: WaitUntil.ACCEPTED,
  'room-ready': WaitUntil.ROOM_READY,
  'agent-ready': WaitUntil.AGENT_READY,
  answered: WaitUntil.ANSWERED,
};

interface Options extends CallerOptions {
  readonly from: string;
  readonly to: string;
  readonly agent: string;
  readonly purpose?: Purpose;
  readonly waitUntil: string;
  readonly idempotencyKey?: string;
  readonly metadata?: string;
  readonly ringingTimeout?: number;
  readonly maxDuration?: number;
  readonly onAgentLost?: string;
  readonly minSnapshotVersion?: string;
  readonly dispatcher?: string;
}

export const callTest: Verb = (act) => {
  const command = new Command('test')
    .description('place one call: the agent goes into its room, and the number is rung')
    .requiredOption('--from <number>', "the tenant's number: E.164 or bare digits", fromNumber)
    .requiredOption('--to <number>', 'whom to call, E.164: this phone rings', toNumber)
    .requiredOption('--agent <agent id>', "the agent's id in your own system", agentId)
    .option('--wait-until <stage>', `when to answer: ${Object.keys(WAIT_UNTIL).join(', ')}`, readStage, 'agent-ready')
    .option(
      '--idempotency-key <key>',
      'ask again about the call that was placed with this key (default: a fresh one)',
      idempotencyKey,
    )
    .option('--metadata <file>', 'a JSON object for the agent')
    .option('--ringing-timeout <seconds>', 'how long the phone may ring', seconds)
    .option('--max-duration <seconds>', 'how long the call may last', seconds)
    .addOption(
      new Option(
        '--on-agent-lost <what>',
        'what becomes of the callee should the agent be lost (default: end)',
      ).choices(['end', 'keep']),
    )
    .addHelpText(
      'after',
      examples(
        'dialplane call test --from +12125550100 --to +12125550199 --agent agent-7 --initiated-by 22222222-2222-4222-8222-222222222222',
      ),
    );
  for (const option of [purposeOption(), ...callerOptions(), minSnapshotOption(), dispatcherOption()])
    command.addOption(option);
  return command.action(
    act(async (tools, options: Options) => {
      const key = options.idempotencyKey ?? `cli-${randomUUID()}`;
      const request = {
        ...readCaller(options),
        idempotencyKey: key,
        fromNumber: options.from,
        toNumber: options.to,
        agentId: options.agent,
        purpose: toContract(options.purpose),
        minSnapshotVersion: options.minSnapshotVersion ?? '',
        metadata: options.metadata === undefined ? '' : await readCallMetadata(options.metadata),
        ringingTimeout: duration(options.ringingTimeout),
        maxDuration: duration(options.maxDuration),
        waitUntil: WAIT_UNTIL[options.waitUntil] ?? WaitUntil.UNSPECIFIED,
        onAgentLost: options.onAgentLost === 'keep' ? OnAgentLost.KEEP : OnAgentLost.UNSPECIFIED,
      };
      const client = tools.dispatcher(options.dispatcher);
      tools.progress.show(`Waiting until ${options.waitUntil.replace('-', ' ')}`);
      const ringingMs = (options.ringingTimeout ?? DEFAULT_RINGING_SECONDS) * 1000;
      const timeoutMs = TIMEOUT_MS + (options.waitUntil === 'answered' ? ringingMs : 0);
      const reply = await askServer('dispatcher', client, timeoutMs, (sendOptions) =>
        callUnary(client.dispatch.bind(client), request, sendOptions),
      ).catch((error: unknown) => {
        throw namingKey(error, key);
      });
      return {
        json: replyJson(reply, key, options.agent),
        text: replyText(reply, key, options.agent),
        // By the contract any other state is an error; a later dispatcher may know more states.
        exitCode: isPlaced(reply) || reply.state === CallState.ACCEPTED ? 0 : 1,
      };
    }),
  );
};

/** As in the contract, too: AGENT_READY is agent-ready. */
function readStage(text: string): string {
  const stage = text.toLowerCase().replaceAll('_', '-');
  if (Object.hasOwn(WAIT_UNTIL, stage)) return stage;
  throw new InvalidArgumentError(`It is one of ${Object.keys(WAIT_UNTIL).join(', ')}.`);
}

/** Out of reach does not mean not placed: only with the key can the same call be asked about again. */
function namingKey(error: unknown, key: string): unknown {
  if (!(error instanceof Refusal) || error.exitCode !== 3) return error;
  const { exitCode, reason, message, hint, details } = error;
  return new Refusal(exitCode, reason, `${message}\nidempotency key ${key}`, hint, { ...details, idempotencyKey: key });
}

const duration = (length: number | undefined) => (length === undefined ? undefined : { seconds: length, nanos: 0 });

function replyJson(reply: DispatchResponse, key: string, agent: string) {
  return {
    dispatched: isPlaced(reply),
    ...reply,
    source: word(reply.source, 'ROUTE_SOURCE'),
    state: word(reply.state, 'CALL_STATE'),
    attemptState: word(reply.attemptState, 'ATTEMPT_STATE'),
    agentId: agent,
    idempotencyKey: key,
  };
}

/** Whether a deployment has been asked for the call, and it went well as far as it went. */
const isPlaced = ({ state }: DispatchResponse): boolean => state === CallState.IN_PROGRESS || state === CallState.ENDED;

function headlineOf(reply: DispatchResponse): string {
  if (reply.state === CallState.ENDED) return `${TICK} ${bold('Answered, and over')}`;
  if (reply.attemptState === AttemptState.ANSWERED) return `${TICK} ${bold('Answered')}`;
  if (isPlaced(reply)) return `${TICK} ${bold('Dispatched')}`;
  return reply.state === CallState.ACCEPTED
    ? `${WARNING} ${bold('Accepted, not dispatched yet')}`
    : `${CROSS} ${bold('Not dispatched')}`;
}

function replyText(reply: DispatchResponse, key: string, agent: string): string {
  return `${headlineOf(reply)}\n${fields({
    server: reply.serverUrl,
    trunk: reply.sipTrunkId,
    worker: reply.agentName,
    'agent id': agent,
    'call log id': reply.callLogId,
    room: reply.room,
    'dispatch id': reply.agentDispatchId,
    tenant: reply.tenantId,
    source: sourceText(reply.source),
    state: `${word(reply.state, 'CALL_STATE')}, ${word(reply.attemptState, 'ATTEMPT_STATE')}`.replaceAll('_', ' '),
    'idempotency key': key,
  })}${isOver(reply.state) ? '' : `\n  Follow it: dialplane call watch ${reply.callLogId} --tenant ${reply.tenantId}`}`;
}
