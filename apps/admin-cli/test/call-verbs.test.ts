import { CallReason, CallState, CancelOutcome, Fault, HungUpBy } from '@dialplane/contracts';
import type { Call } from '@dialplane/contracts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { status } from '@grpc/grpc-js';

import { after, call, CALL_ID, event, EVENTS, startFakeDispatcher, TENANT, watched } from './fake-dispatcher.ts';
import type { FakeDispatcher } from './fake-dispatcher.ts';
import { run } from './run.ts';
import type { Ran } from './run.ts';

let dispatcher: FakeDispatcher;
beforeEach(async () => {
  dispatcher = await startFakeDispatcher();
});
afterEach(() => dispatcher.stop());

const dialplane = (...words: string[]): Promise<Ran> =>
  run([...words, '--tenant', TENANT], { env: { DISPATCHER_ADDRESS: dispatcher.address } });
const lines = (ran: Ran): unknown[] =>
  ran.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
const askedFor = (method: string) => dispatcher.asked.filter((one) => one.method === method).map((one) => one.request);

describe('call show', () => {
  test('draws the timeline of a call, and how long each part of it took', async () => {
    const { exitCode, stdout } = await dialplane('call', 'show', CALL_ID);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`Call 44444444-4444-4444-8444-444444444444
  state             ended
  hung up by        the callee
  post-dial delay   ≤ 1.5 s
  ring time         ≥ 4.5 s
  talk time         1 min 0 s
  from              +12125550100
  to                +12125550199
  agent id          agent-7
  tenant            11111111-1111-4111-8111-111111111111
  initiated by      –
  source            database
  snapshot version  290dc096d2c4.13
  created           2026-11-25T10:00:00.000Z
  updated           2026-11-25T10:01:06.700Z
Attempt 1
  state           ended
  server          http://uae.example.com
  trunk           ST_uaeTrunk0001
  agent name      uae-agent
  dial mode       dispatcher
  room            call-44444444444444448444444444444444-0a1b2c3d
  dispatch id     AD_example
  livekit config  c1111111-1111-4111-8111-111111111111
Timeline
  –   0.000 s  attempt 1  planned
  –   0.060 s  attempt 1  room ready        (createRoom)
  –   0.650 s  attempt 1  agent ready       (participants)
  –   0.690 s  attempt 1  permitted
  –   0.700 s  attempt 1  dialing
  –   2.200 s  attempt 1  ringing           (sip.callStatus)
  ✓   6.700 s  attempt 1  answered          (createSipParticipant)
  ✓  66.700 s  attempt 1  ended             (webhook participant_left, CLIENT_INITIATED)
  ·░▒▒▒▒██████████████████████████████████████████████████████
  · until dialled 0.7 s   ░ dialling 1.5 s   ▒ ringing 4.5 s   █ talking 1 min 0 s
`);
  });

  test('tells what two attempts came to, with reason and SIP code', async () => {
    dispatcher.call = call({
      state: CallState.FAILED,
      reason: CallReason.BUSY,
      sipCode: 486,
      answeredAt: undefined,
      endedAt: after(1_200),
      hungUpBy: HungUpBy.UNSPECIFIED,
      talkTime: undefined,
    });
    dispatcher.events = [
      event(1, 0, 'planned'),
      event(2, 20, 'failed', { reason: CallReason.DEPLOYMENT_UNREACHABLE, evidence: 'createRoom' }),
      event(3, 21, 'planned', { attempt: 2 }),
      event(4, 1_200, 'failed', {
        attempt: 2,
        reason: CallReason.BUSY,
        sipCode: 486,
        evidence: 'createSipParticipant',
      }),
      event(5, 1_300, 'cancel_requested', { attempt: 0 }),
      event(6, 1_400, 'a_kind_of_a_later_version', { attempt: 0, evidence: 'colours \u001b[31m' }),
    ];
    const { stdout } = await dialplane('call', 'show', CALL_ID);
    expect(stdout).toMatch(/^ {2}reason +busy\n {2}SIP code +486$/m);
    expect(stdout).toContain(`
  –   0.000 s  attempt 1  planned
  ✗   0.020 s  attempt 1  failed            deployment_unreachable  (createRoom)
  –   0.021 s  attempt 2  planned
  ✗   1.200 s  attempt 2  failed            busy, SIP 486  (createSipParticipant)
  !   1.300 s  call       cancel asked for
  –   1.400 s  call       a kind of a later version  (colours \\u{1b}[31m)
`);
    expect(stdout).not.toContain('hung up by');
  });

  const EXPLANATION = {
    fault: Fault.TENANT_CONFIGURATION,
    message: 'The LiveKit deployment has no such trunk.',
    hint: `Create the trunk. To see which: dialplane number check +12125550100 --tenant ${TENANT}`,
  };

  test.each([
    [CallState.FAILED, '✗'],
    [CallState.UNKNOWN, '!'],
    [CallState.ENDED, '!'],
  ])('of a call that is %s says in words what happened, whose doing it was and what to do', async (state, mark) => {
    dispatcher.call = call({ state, reason: CallReason.TRUNK_NOT_FOUND, explanation: EXPLANATION });
    const { stdout } = await dialplane('call', 'show', CALL_ID);
    expect(stdout.split('\n').slice(0, 6)).toEqual([
      `Call ${CALL_ID}`,
      `${mark} ${EXPLANATION.message}`,
      `  ${EXPLANATION.hint}`,
      expect.stringMatching(/^ {2}state /),
      '  reason            trunk_not_found',
      '  whose doing       tenant configuration',
    ]);
    expect(stdout).not.toContain('Follow it');
    const json = (await dialplane('call', 'show', CALL_ID, '--json')).json();
    expect(json).toMatchObject({ call: { explanation: { ...EXPLANATION, fault: 'tenant_configuration' } } });
  });

  test('of a call that goes on says how to follow it', async () => {
    dispatcher.call = call({ state: CallState.IN_PROGRESS });
    const { stdout } = await dialplane('call', 'show', CALL_ID);
    expect(stdout).toContain(`Follow it: dialplane call watch ${CALL_ID} --tenant ${TENANT}`);
    expect((await dialplane('call', 'show', CALL_ID, '--json')).json()).toMatchObject({ call: { explanation: null } });
  });

  test('of a call that was never dialled says so below its bar', async () => {
    const never = { dialedAt: undefined, ringingAt: undefined, answeredAt: undefined, endedAt: after(3_200) };
    dispatcher.call = call({ state: CallState.CANCELLED, reason: CallReason.CANCELLED, ...never });
    const { stdout } = await dialplane('call', 'show', CALL_ID);
    expect(stdout).toContain('· no dial seen 3.2 s');
    expect(stdout).not.toContain('until dialled');
  });

  test('of a call without events, as an earlier version wrote it, has no timeline', async () => {
    dispatcher.events = [];
    expect((await dialplane('call', 'show', CALL_ID)).stdout).not.toContain('Timeline');
  });

  test('is one JSON document, with lengths in milliseconds', async () => {
    const ran = await dialplane('call', 'show', CALL_ID, '--json');
    expect(ran.json()).toMatchObject({
      call: {
        state: 'ended',
        reason: null,
        sipCode: null,
        hungUpBy: 'callee',
        postDialDelayMs: 1500,
        ringTimeMs: 4500,
        talkTimeMs: 60_000,
        answeredAt: '2026-11-25T10:00:06.700Z',
        cancelledAt: null,
        attempts: [{ dialMode: 'dispatcher', sipCode: null }],
      },
      events: EVENTS.map(({ number, kind }) => ({ number, kind, reason: null, sipCode: null })),
    });
  });
});

describe('call list', () => {
  test('asks with every filter and shows a call on each line', async () => {
    dispatcher.list = () => ({
      calls: [
        call(),
        call({ state: CallState.UNKNOWN, reason: CallReason.AGENT_LOST, hungUpBy: HungUpBy.UNSPECIFIED }),
      ],
      nextPageToken: '',
    });
    const filters = ['--state', 'Failed,in-progress', '--to', '+12125550199', '--from', '+12125550100'];
    const moments = ['--since', '2026-11-25T10:00:00Z', '--before', '2026-11-25T11:00:00+00:30', '--limit', '7'];
    const { exitCode, stdout } = await dialplane('call', 'list', ...filters, ...moments);
    expect(exitCode).toBe(0);
    expect(askedFor('listCalls')).toEqual([
      {
        initiatedBy: '',
        tenantId: TENANT,
        states: [CallState.FAILED, CallState.IN_PROGRESS],
        toNumber: '+12125550199',
        fromNumber: '+12125550100',
        createdFrom: new Date('2026-11-25T10:00:00Z'),
        createdBefore: new Date('2026-11-25T10:30:00Z'),
        pageSize: 7,
        pageToken: '',
      },
    ]);
    expect(stdout.split('\n')[1]).toMatch(
      /^2026-11-25T10:00:00\.000Z {2}4{8}-\S+ {2}\+12125550100 {2}\+12125550199 {2}ended +– +– +4\.5 s {2}1 min 0 s {2}callee$/,
    );
    expect(stdout).toContain(`One call is in doubt. What to do: dialplane call show ${CALL_ID} --tenant ${TENANT}`);
  });

  test('reads pages until it has as many as it was asked for, and says how to go on', async () => {
    let page = 0;
    dispatcher.list = ({ pageSize }) => ({
      calls: Array.from({ length: pageSize }, () => call()),
      nextPageToken: `after-${++page}`,
    });
    const { stdout } = await dialplane('call', 'list', '--limit', '250', '--state', 'failed', '--page', 'start');
    expect(askedFor('listCalls')).toMatchObject([
      { pageSize: 200, pageToken: 'start' },
      { pageSize: 50, pageToken: 'after-1' },
    ]);
    expect(stdout.trimEnd().split('\n')).toHaveLength(252);
    expect(stdout).toContain(
      `There are more: dialplane call list --tenant ${TENANT} --state failed --limit 250 --page after-2`,
    );
    const json = (await dialplane('call', 'list', '--limit', '1', '--json')).json();
    expect(json).toMatchObject({ calls: [{ callLogId: CALL_ID }], nextPage: 'after-3' });
  });

  test('of nothing says so, and reads how long ago', async () => {
    const { stdout } = await dialplane('call', 'list', '--since', '2h');
    expect(stdout).toMatch(/^There is no such call/);
    const [{ createdFrom }] = askedFor('listCalls') as [{ createdFrom: Date }];
    expect(Math.abs(Date.now() - 2 * 3_600_000 - createdFrom.getTime())).toBeLessThan(60_000);
  });
});

describe('call cancel', () => {
  const unheard = { ringingAt: undefined, answeredAt: undefined, endedAt: undefined };
  const legacy = { attempts: call().attempts.map((attempt) => ({ ...attempt, dialMode: 'legacy' })) };

  test.each<[keyof typeof CancelOutcome, CallState, 0 | 1, RegExp, Partial<Call>]>([
    ['IN_TIME', CallState.CANCELLED, 0, /^✓ Cancelled in time: nobody was dialled, and nobody will be/, {}],
    ['MAY_HAVE_RUNG', CallState.IN_PROGRESS, 1, /^! Cancelled after the dial was permitted: the phone may/, unheard],
    ['MAY_HAVE_RUNG', CallState.IN_PROGRESS, 1, /^! Cancelled while it rang: /, { ...unheard, ringingAt: after(900) }],
    [
      'MAY_HAVE_RUNG',
      CallState.IN_PROGRESS,
      1,
      /^! Cancelled, but the agent may have dialled/,
      { ...unheard, ...legacy },
    ],
    [
      'ENDING',
      CallState.IN_PROGRESS,
      0,
      /^✓ You ended the call after 3\.3 s of talk: /,
      { endedAt: undefined, cancelledAt: after(10_000) },
    ],
    ['WAS_OVER', CallState.ENDED, 0, /^– The call was over already, nothing changed/, {}],
  ])('%s is said in words', async (outcome, state, exitCode, says, changed) => {
    dispatcher.cancel = () => ({ outcome: CancelOutcome[outcome], call: call({ state, ...changed }) });
    const ran = await dialplane('call', 'cancel', CALL_ID);
    expect(ran).toMatchObject({ exitCode, stderr: '', stdout: expect.stringMatching(says) });
    expect(ran.stdout.includes('dialplane call watch')).toBe(state === CallState.IN_PROGRESS);
    expect(askedFor('cancelCall')).toEqual([{ callLogId: CALL_ID, initiatedBy: '', tenantId: TENANT }]);
    const json = (await dialplane('call', 'cancel', CALL_ID, '--json')).json();
    expect(json).toMatchObject({ outcome: outcome.toLowerCase(), call: { callLogId: CALL_ID } });
  });
});

describe('call watch', () => {
  const all: FakeDispatcher['watch'] = ({ afterEvent }, stream) => {
    for (const one of EVENTS.filter(({ number }) => number > afterEvent)) stream.write(watched(one, one.number === 8));
    stream.end();
  };
  const shown = ({ stdout }: Ran) => stdout.split('\n').filter((line) => line.includes('attempt 1')).length;

  test('prints each event, and in the end what became of the call', async () => {
    dispatcher.watch = all;
    const ran = await dialplane('call', 'watch', CALL_ID);
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.stdout).toMatch(
      /^Call 4{8}\S+ {2}\+12125550100 → \+12125550199\n {2}– +0\.000 s {2}attempt 1 {2}planned\n/,
    );
    expect(ran.stdout).toMatch(/hung up by +the callee/);
    expect(shown(ran)).toBe(8);
  });

  test('is one JSON document a line', async () => {
    dispatcher.watch = all;
    const documents = lines(await dialplane('call', 'watch', CALL_ID, '--after', '6', '--json'));
    expect(askedFor('watchCall')).toMatchObject([{ afterEvent: 6 }]);
    expect(documents).toMatchObject([
      { event: { number: 7, kind: 'answered', reason: null }, state: 'in_progress', isOver: false },
      { event: { number: 8, kind: 'ended' }, isOver: true },
      { call: { state: 'ended', talkTimeMs: 60_000 }, lastEvent: 8 },
    ]);
  });

  test.each([
    [CallState.FAILED, CallReason.BUSY],
    [CallState.CANCELLED, CallReason.CANCELLED],
  ])('ends with 1 when the call is %s', async (state, reason) => {
    dispatcher.call = call({ state, reason });
    expect(await dialplane('call', 'watch', CALL_ID)).toMatchObject({ exitCode: 1, stderr: '' });
  });

  test('goes on after the last event when the dispatcher was away, and tells each event once', async () => {
    let isBack: Promise<void> | undefined;
    dispatcher.watch = (_, stream) => {
      for (const one of EVENTS.slice(0, 3)) stream.write(watched(one));
      setTimeout(() => {
        dispatcher.stop();
        // One that sends again what was seen already.
        dispatcher.watch = (__, second) => {
          for (const one of EVENTS.slice(1)) second.write(watched(one, one.number === 8));
          second.end();
        };
        isBack = new Promise((resolve) => setTimeout(resolve, 700)).then(() => dispatcher.restart());
      }, 200);
    };
    const ran = await dialplane('call', 'watch', CALL_ID);
    await isBack;
    expect(ran.exitCode).toBe(0);
    expect(shown(ran)).toBe(8);
    expect(ran.stderr).toBe('The dispatcher is away; going on after event 3 when it is back.\n');
    expect(askedFor('watchCall')).toMatchObject([{ afterEvent: 0 }, { afterEvent: 3 }]);
  });

  test('asks again when the stream ended before the call', async () => {
    dispatcher.call = call({ state: CallState.IN_PROGRESS });
    dispatcher.watch = (_, stream) => {
      stream.write(watched(event(1, 0, 'planned')));
      stream.end();
      dispatcher.watch = (request, second) => {
        dispatcher.call = call();
        all(request, second);
      };
    };
    expect(shown(await dialplane('call', 'watch', CALL_ID))).toBe(8);
  });

  test('gives up when the dispatcher stays away, with the command that goes on', async () => {
    dispatcher.watch = (_, stream) => {
      stream.write(watched(event(1, 0, 'planned')));
      setTimeout(() => dispatcher.stop(), 100);
    };
    const ran = await dialplane('call', 'watch', CALL_ID, '--patience', '1', '--json');
    expect(ran.exitCode).toBe(3);
    expect(lines(ran)).toMatchObject([
      { event: { number: 1 } },
      {
        error: {
          reason: 'dispatcher_unreachable',
          hint: expect.stringContaining(`dialplane call watch ${CALL_ID} --tenant ${TENANT} --after 1`),
        },
      },
    ]);
  });

  test('does not ask again when it is refused', async () => {
    dispatcher.watch = (_, stream) => {
      stream.emit('error', { code: status.UNIMPLEMENTED, details: 'an older one' });
    };
    const ran = await dialplane('call', 'watch', CALL_ID);
    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.not.stringContaining('go on') });
    expect(askedFor('watchCall')).toHaveLength(1);
  });

  test('ends at once when there is no dispatcher to begin with', async () => {
    dispatcher.stop();
    const ran = await dialplane('call', 'watch', CALL_ID);
    expect(ran).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('DISPATCHER_ADDRESS') });
  });

  test('waits for a dispatcher that is not there yet, for as long as it was told to', async () => {
    dispatcher.watch = all;
    dispatcher.stop();
    const back = new Promise((resolve) => setTimeout(resolve, 900)).then(() => dispatcher.restart());
    const ran = await dialplane('call', 'watch', CALL_ID, '--patience', '30');
    await back;
    expect(ran).toMatchObject({ exitCode: 0, stderr: 'The dispatcher does not answer yet; asking again.\n' });
    expect(shown(ran)).toBe(8);
    dispatcher.stop();
    expect(await dialplane('call', 'watch', CALL_ID, '--patience', '1')).toMatchObject({ exitCode: 3 });
  }, 20_000);

  test('ends with Ctrl-C', async () => {
    const interruption = new AbortController();
    dispatcher.watch = () => setTimeout(() => interruption.abort(), 50);
    const ran = await run(['call', 'watch', CALL_ID, '--tenant', TENANT], {
      env: { DISPATCHER_ADDRESS: dispatcher.address },
      signal: interruption.signal,
    });
    expect(ran.exitCode).toBe(130);
  });
});
