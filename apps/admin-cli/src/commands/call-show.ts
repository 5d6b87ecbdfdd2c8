import { callUnary } from '@dialplane/grpc';
import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { uuid } from '../arguments.ts';
import { askServer } from '../ask-server.ts';
import { callJson, eventJson } from '../call/call-json.ts';
import { callText } from '../call/call-text.ts';
import { examples } from '../examples.ts';
import { callerOptions, dispatcherOption, readCaller } from '../options.ts';
import type { CallerOptions } from '../options.ts';
import { refused } from '../refusal.ts';

const TIMEOUT_MS = 10_000;

interface Options extends CallerOptions {
  readonly dispatcher?: string;
}

export const callShow: Verb = (act) => {
  const command = new Command('show')
    .description('show where a call stands, and what happened to it when')
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
      const { call, events } = await askServer('dispatcher', client, TIMEOUT_MS, (sendOptions) =>
        callUnary(client.getCall.bind(client), request, sendOptions),
      );
      if (call === undefined)
        throw refused('call_not_found', `There is no call ${callLogId}.`, 'Check the call log id and for whom you ask');
      return { json: { call: callJson(call), events: events.map(eventJson) }, text: callText(call, events) };
    }),
  );
};
