import type { Call } from '@dialplane/contracts';
import { CallState } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { callStates, count, momentOrAgo, pageToken, toNumber } from '../arguments.ts';
import { askServer } from '../ask-server.ts';
import { callJson } from '../call/call-json.ts';
import { hungUpByWord, reasonWord, stateText } from '../call/call-words.ts';
import { spanText, toMs } from '../call/span.ts';
import { examples } from '../examples.ts';
import { callerOptions, dispatcherOption, readCaller } from '../options.ts';
import type { CallerOptions } from '../options.ts';
import { list, WARNING } from '../text.ts';
import { word } from '../word.ts';

const TIMEOUT_MS = 10_000;
const DEFAULT_LIMIT = 50;
/** The contract's. */
const MAX_PAGE_SIZE = 200;

interface Options extends CallerOptions {
  readonly state?: readonly CallState[];
  readonly to?: string;
  readonly from?: string;
  readonly since?: Date;
  readonly before?: Date;
  readonly limit: number;
  readonly page?: string;
  readonly dispatcher?: string;
}

export const callList: Verb = (act) => {
  const command = new Command('list')
    .description('list calls, newest first')
    .option('--state <states>', 'only calls in one of these states, with commas between', callStates)
    .option('--to <number>', 'only calls to this number, E.164', toNumber)
    .option('--from <number>', 'only calls from this number, E.164', toNumber)
    .option(
      '--since <moment>',
      'only calls accepted then or later: 2026-11-25T10:30:00Z, or 2h for two hours ago',
      momentOrAgo,
    )
    .option('--before <moment>', 'only calls accepted before then', momentOrAgo)
    .option('--limit <count>', 'at most so many', count, DEFAULT_LIMIT)
    .option('--page <token>', 'go on where the list before ended: the same filters, and what it printed', pageToken)
    .addHelpText(
      'after',
      examples(
        'dialplane call list --tenant 11111111-1111-4111-8111-111111111111',
        'dialplane call list --tenant 11111111-1111-4111-8111-111111111111 --state failed,unknown --since 2h',
      ),
    );
  for (const option of [...callerOptions(), dispatcherOption()]) command.addOption(option);
  return command.action(
    act(async (tools, options: Options) => {
      const client = tools.dispatcher(options.dispatcher);
      const request = {
        ...readCaller(options),
        states: [...(options.state ?? [])],
        toNumber: options.to ?? '',
        fromNumber: options.from ?? '',
        createdFrom: options.since,
        createdBefore: options.before,
      };
      const calls: Call[] = [];
      let next = options.page ?? '';
      do {
        const page = { ...request, pageSize: Math.min(options.limit - calls.length, MAX_PAGE_SIZE), pageToken: next };
        const reply = await askServer('dispatcher', client, TIMEOUT_MS, (sendOptions) =>
          callUnary(client.listCalls.bind(client), page, sendOptions),
        );
        calls.push(...reply.calls);
        next = reply.nextPageToken;
      } while (next !== '' && calls.length < options.limit);
      return {
        json: { calls: calls.map(callJson), nextPage: next === '' ? null : next },
        text: [callsText(calls), doubtText(calls), next === '' ? undefined : `There are more: ${again(options, next)}`]
          .filter((part) => part !== undefined)
          .join('\n'),
      };
    }),
  );
};

const callsText = (calls: readonly Call[]): string =>
  list(
    ['created', 'call', 'from', 'to', 'state', 'reason', 'SIP', 'ring', 'talk', 'hung up by'],
    calls.map((call) => [
      call.createdAt?.toISOString(),
      call.callLogId,
      call.fromNumber,
      call.toNumber,
      stateText(call.state, 'CALL_STATE'),
      reasonWord(call.reason),
      call.sipCode === 0 ? null : call.sipCode,
      spanText(toMs(call.ringTime)),
      spanText(toMs(call.talkTime)),
      hungUpByWord(call.hungUpBy),
    ]),
    'There is no such call. To place one: dialplane call test --help',
  );

/** What to do about calls that are in doubt; nothing when none is. */
function doubtText(calls: readonly Call[]): string | undefined {
  const [first, ...others] = calls.filter(({ state }) => state === CallState.UNKNOWN);
  if (first === undefined) return undefined;
  const many = others.length === 0 ? 'One call is' : `${others.length + 1} calls are`;
  return `${WARNING} ${many} in doubt. What to do: dialplane call show ${first.callLogId} --tenant ${first.tenantId}`;
}

/** The command for the next page: the same filters, with moments as they were read. */
function again({ initiatedBy, tenant, state, to, from, since, before, limit }: Options, page: string): string {
  const flags = {
    '--initiated-by': initiatedBy,
    '--tenant': tenant,
    '--state': state?.map((one) => word(one, 'CALL_STATE')).join(','),
    '--to': to,
    '--from': from,
    '--since': since?.toISOString(),
    '--before': before?.toISOString(),
    '--limit': limit,
    '--page': page,
  };
  const named = Object.entries(flags).filter(([, value]) => value !== undefined);
  return ['dialplane call list', ...named.map(([flag, value]) => `${flag} ${value}`)].join(' ');
}
