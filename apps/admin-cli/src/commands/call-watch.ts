import { CallState } from '@dialplane/contracts';
import type { WatchCallResponse } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import type { ServiceError } from '@grpc/grpc-js';
import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { eventNumber, seconds, uuid } from '../arguments.ts';
import { askServer, refusalOf } from '../ask-server.ts';
import { callJson, eventJson } from '../call/call-json.ts';
import { callFields } from '../call/call-text.ts';
import { eventLine } from '../call/event-line.ts';
import { explanationText } from '../call/explanation-text.ts';
import { followCall } from '../call/follow-call.ts';
import { nextStep } from '../call/next-step.ts';
import { phaseBar } from '../call/phase-bar.ts';
import { untilThere } from '../call/until-there.ts';
import { examples } from '../examples.ts';
import { callerOptions, dispatcherOption, readCaller } from '../options.ts';
import type { CallerOptions } from '../options.ts';
import { refused, Refusal } from '../refusal.ts';
import { bold, fields } from '../text.ts';
import { word } from '../word.ts';

const TIMEOUT_MS = 10_000;
const RETRY_MS = 500;
const DEFAULT_PATIENCE_SECONDS = 300;

interface Options extends CallerOptions {
  readonly after: number;
  readonly patience: number;
  readonly dispatcher?: string;
}

export const callWatch: Verb = (act) => {
  const command = new Command('watch')
    .description('show what happens to a call as it happens, until it is over')
    .argument('<call log id>', 'a UUID', uuid)
    .option('--after <event>', 'only what came after the event of this number; 0: all', eventNumber, 0)
    .option(
      '--patience <seconds>',
      'how long to go on asking a dispatcher that is away; if named, also before it has answered once',
      seconds,
      DEFAULT_PATIENCE_SECONDS,
    )
    .addHelpText(
      'after',
      examples(
        'dialplane call watch 44444444-4444-4444-8444-444444444444 --tenant 11111111-1111-4111-8111-111111111111',
        'dialplane call watch 44444444-4444-4444-8444-444444444444 --tenant 11111111-1111-4111-8111-111111111111 --after 7 --json',
      ),
    );
  for (const option of [...callerOptions(), dispatcherOption()]) command.addOption(option);
  return command.action(
    act(async (tools, callLogId: string, options: Options) => {
      const client = tools.dispatcher(options.dispatcher);
      const request = { callLogId, ...readCaller(options) };
      // An address where no dispatcher was seen yet may be mistyped: only who asks for it waits.
      const isPatient = command.getOptionValueSource('patience') === 'cli';
      const { call: before } = await askServer('dispatcher', client, TIMEOUT_MS, () =>
        untilThere(() => callUnary(client.getCall.bind(client), request, { deadline: Date.now() + TIMEOUT_MS }), {
          patienceMs: isPatient ? options.patience * 1000 : 0,
          retryMs: RETRY_MS,
          signal: tools.io.signal,
          onAway: () => tools.progress.tell('The dispatcher does not answer yet; asking again.'),
        }),
      );
      if (before === undefined) throw notFound(callLogId);
      const start = before.createdAt ?? new Date();
      tools.say(`${bold(`Call ${callLogId}`)}  ${before.fromNumber} → ${before.toNumber}`);

      let last = options.after;
      const { call } = await followCall(client, request, {
        after: options.after,
        patienceMs: options.patience * 1000,
        retryMs: RETRY_MS,
        signal: tools.io.signal,
        onEvent: (response) => {
          if (response.event === undefined) return;
          last = response.event.number;
          tools.emit(watchedJson(response));
          tools.say(eventLine(response.event, start));
        },
        onAway: (_, lastEvent) =>
          tools.progress.tell(`The dispatcher is away; going on after event ${lastEvent} when it is back.`),
      }).catch((error: ServiceError) => {
        throw typeof error.code === 'number' ? whereToGoOn(refusalOf('dispatcher', client, error), last) : error;
      });
      if (call === undefined) throw notFound(callLogId);
      const end = [phaseBar(call), explanationText(call), fields(callFields(call)), nextStep(call)];
      return {
        json: { call: callJson(call), lastEvent: last },
        text: end.filter((part) => part !== undefined).join('\n'),
        // Whoever waits for a call wants to know whether the callee was reached.
        exitCode: call.state === CallState.ENDED ? 0 : 1,
      };

      /** The same refusal; of a dispatcher that is away, with how to go on where this one ended. */
      function whereToGoOn(refusal: Refusal, after: number): Refusal {
        const { exitCode, reason, message, hint, details } = refusal;
        if (exitCode !== 3) return refusal;
        const again = `dialplane call watch ${callLogId} --tenant ${before?.tenantId ?? ''} --after ${after}`;
        return new Refusal(exitCode, reason, message, `${hint}; then go on: ${again}`, {
          ...details,
          lastEvent: after,
        });
      }
    }),
  );
};

const watchedJson = ({ event, state, isOver }: WatchCallResponse) => ({
  event: event === undefined ? null : eventJson(event),
  state: word(state, 'CALL_STATE'),
  isOver,
});

const notFound = (callLogId: string) =>
  refused('call_not_found', `There is no call ${callLogId}.`, 'Check the call log id and for whom you ask');
