import type { Attempt, Call } from '@dialplane/contracts';
import { CallReason } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { uuid } from '../arguments.ts';
import { askServer } from '../ask-server.ts';
import { examples } from '../examples.ts';
import { callerOptions, dispatcherOption, readCaller } from '../options.ts';
import type { CallerOptions } from '../options.ts';
import { refused } from '../refusal.ts';
import { sourceText } from '../source-text.ts';
import { bold, fields } from '../text.ts';
import { word } from '../word.ts';

const TIMEOUT_MS = 10_000;

interface Options extends CallerOptions {
  readonly dispatcher?: string;
}

export const callShow: Verb = (act) => {
  const command = new Command('show')
    .description('show where a call stands')
    .argument('<call log id>', 'a UUID, as call test printed it', uuid)
    .addHelpText(
      'after',
      examples(
        'dialplane call show 44444444-4444-4444-8444-444444444444 --tenant 11111111-1111-4111-8111-111111111111',
      ),
    );
  for (const option of [...callerOptions(), dispatcherOption()]) command.addOption(option);
  return command.action(
    act(async (tools, callLogId: string, options: Options) => {
      const client = tools.dispatcher(options.dispatcher);
      const request = { callLogId, ...readCaller(options) };
      const { call } = await askServer('dispatcher', client, TIMEOUT_MS, (sendOptions) =>
        callUnary(client.getCall.bind(client), request, sendOptions),
      );
      if (call === undefined)
        throw refused('call_not_found', `There is no call ${callLogId}.`, 'Check the call log id and for whom you ask');
      return { json: { call: callJson(call) }, text: callText(call) };
    }),
  );
};

const reasonWord = (reason: CallReason): string | null =>
  reason === CallReason.UNSPECIFIED ? null : word(reason, 'CALL_REASON');

function callJson({ source, attempts, ...call }: Call) {
  return {
    ...call,
    state: word(call.state, 'CALL_STATE'),
    reason: reasonWord(call.reason),
    source: word(source, 'ROUTE_SOURCE'),
    attempts: attempts.map((attempt) => ({
      ...attempt,
      state: word(attempt.state, 'ATTEMPT_STATE'),
      reason: reasonWord(attempt.reason),
    })),
  };
}

function callText(call: Call): string {
  const values = {
    state: word(call.state, 'CALL_STATE').replaceAll('_', ' '),
    ...(reasonWord(call.reason) === null ? {} : { reason: reasonWord(call.reason) }),
    from: call.fromNumber,
    to: call.toNumber,
    'agent id': call.agentId,
    tenant: call.tenantId,
    'initiated by': call.initiatedBy,
    source: sourceText(call.source),
    'snapshot version': call.snapshotVersion,
    created: call.createdAt?.toISOString(),
    updated: call.updatedAt?.toISOString(),
  };
  return [bold(`Call ${call.callLogId}`), fields(values), ...call.attempts.map(attemptText)].join('\n');
}

function attemptText(attempt: Attempt): string {
  return `${bold(`Attempt ${attempt.number}`)}\n${fields({
    state: word(attempt.state, 'ATTEMPT_STATE').replaceAll('_', ' '),
    ...(reasonWord(attempt.reason) === null ? {} : { reason: reasonWord(attempt.reason) }),
    server: attempt.serverUrl,
    trunk: attempt.sipTrunkId,
    'agent name': attempt.agentName,
    room: attempt.room,
    'dispatch id': attempt.agentDispatchId,
    'livekit config': attempt.livekitConfigId,
  })}`;
}
