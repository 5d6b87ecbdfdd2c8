import { callUnary } from '@dialplane/grpc';
import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { uuid } from '../arguments.ts';
import { askServer } from '../ask-server.ts';
import { callJson } from '../call/call-json.ts';
import { callFields } from '../call/call-text.ts';
import { isOver } from '../call/call-words.ts';
import { cancelWords } from '../call/cancel-words.ts';
import { examples } from '../examples.ts';
import { callerOptions, dispatcherOption, readCaller } from '../options.ts';
import type { CallerOptions } from '../options.ts';
import { bold, fields, WARNING } from '../text.ts';
import { word } from '../word.ts';

const TIMEOUT_MS = 10_000;

interface Options extends CallerOptions {
  readonly dispatcher?: string;
}

export const callCancel: Verb = (act) => {
  const command = new Command('cancel')
    .description('end a call as soon as possible, and say whether that was before anybody was dialled')
    .argument('<call log id>', 'a UUID', uuid)
    .addHelpText(
      'after',
      examples(
        'dialplane call cancel 44444444-4444-4444-8444-444444444444 --tenant 11111111-1111-4111-8111-111111111111',
      ),
    );
  for (const option of [...callerOptions(), dispatcherOption()]) command.addOption(option);
  return command.action(
    act(async (tools, callLogId: string, options: Options) => {
      const client = tools.dispatcher(options.dispatcher);
      const request = { callLogId, ...readCaller(options) };
      const { outcome, call } = await askServer('dispatcher', client, TIMEOUT_MS, (sendOptions) =>
        callUnary(client.cancelCall.bind(client), request, sendOptions),
      );
      const { mark, says } = cancelWords(outcome, call);
      const next =
        call === undefined || isOver(call.state)
          ? ''
          : `\n  Follow it: dialplane call watch ${callLogId} --tenant ${call.tenantId}`;
      const values = { 'call log id': callLogId, ...(call === undefined ? {} : callFields(call)) };
      return {
        json: { outcome: word(outcome, 'CANCEL_OUTCOME'), call: call === undefined ? null : callJson(call) },
        text: `${mark} ${bold(says)}\n${fields(values)}${next}`,
        // It is cancelled, and whether the phone has rung is in doubt.
        exitCode: mark === WARNING ? 1 : 0,
      };
    }),
  );
};
