import { roomName } from '@dialplane/calls';
import type { Attempt, Call, CallReason, DeploymentEventParticipant, DialMode, NewCall } from '@dialplane/calls';
import { DatabaseUnavailableError } from '@dialplane/database';
import { createLogger } from '@dialplane/telemetry';

import { createCallFeed } from '../src/call-feed.ts';
import type { CallFeed } from '../src/call-feed.ts';
import { createCallsInProgress } from '../src/carry-out/create-calls-in-progress.ts';
import type { CallsInProgress } from '../src/carry-out/create-calls-in-progress.ts';
import type { Timing } from '../src/carry-out/timing.ts';
import { configChanged } from '../src/refusals/config-changed.ts';
import type { SipCodesOf } from '../src/targets/create-sip-code-reader.ts';
import type { DeploymentCredential } from '../src/targets/open-credential.ts';
import type { OpenedCredential } from '../src/targets/read-credential.ts';
import { createMemoryCalls } from './memory-calls.ts';
import type { MemoryCalls, Sabotage } from './memory-calls.ts';
import { createScriptedLiveKit, openedWith, SECRET } from './scripted-livekit.ts';
import type { ScriptedLiveKit } from './scripted-livekit.ts';
import { newAttempt, newCall, TARGET } from './stored-call.ts';
import { TENANT } from './known-ids.ts';

/** Everything a hundred times faster; a second of ringing or talking stays one. */
const SHORT: Timing = {
  agentReadyMs: 200,
  claimWithinMs: 200,
  reportWithinMs: 200,
  goneAfterMs: 30,
  firstLookMs: 5,
  agentLookMs: 5,
  dialLookMs: 10,
  talkLookMs: 10,
  deleteEveryMs: 10,
  tokenDeadMs: 300,
  hangUpMs: 200,
  silentMs: 100,
  discardMs: 1_000,
  legacyDialMs: 50,
  againMs: 2,
};
const LEASE_MS = 300;
export const MAX_CALLS = 100;
const FIRST = 'https://one.example.com';
const SECOND = 'https://two.example.com';

export interface Process {
  readonly inProgress: CallsInProgress;
  readonly feed: CallFeed;
  /** What it sent that changes anything, by method. */
  readonly sent: string[];
  /** SIGSTOP and SIGCONT: whatever it was about to ask or to send goes out when it goes on. */
  pause(): void;
  goOn(): void;
  /** Kill -9, as far as a test in one process can: nothing that it does comes through any more. */
  kill(): void;
}

export interface CarryOutCase {
  readonly calls: MemoryCalls;
  readonly one: ScriptedLiveKit;
  readonly two: ScriptedLiveKit;
  /** How callees left, as webhooks said. */
  readonly departures: DeploymentEventParticipant[];
  dialMode: DialMode;
  /** What the carrier means by its codes. */
  sipCodesOf: SipCodesOf;
  /** Why dials failed, as the trunks' health was told. */
  readonly trunkFailures: CallReason[];
  /** Of the first deployment. */
  readonly credential: OpenedCredential;
  /** The secret that is stored for every deployment, and how often it was read for a call under way. */
  storedSecret: string;
  rereads: number;
  /** A config that can be read no longer. */
  readonly switchedOff: Set<string>;
  /** How often the database is away when a credential is to be read for what was begun. */
  databaseFailures: number;
  start(): Process;
  /** Accepts a call at this process and carries it out there. */
  place(process: Process, change?: Partial<NewCall>): Promise<string>;
  /** A call as a lost process has left it in this state. */
  left(
    state: Attempt['state'],
    change?: (call: Parameters<NonNullable<Parameters<MemoryCalls['leave']>[2]>>[0]) => void,
  ): string;
  until(callId: string, holds: (call: Call) => boolean, ms?: number): Promise<Call>;
  stop(): Promise<void>;
}

export const isOver = ({ state }: Call): boolean => ['ended', 'failed', 'cancelled'].includes(state);

export function createCarryOutCase(timing: Partial<Timing> = {}, sabotage: Sabotage = {}): CarryOutCase {
  const calls = createMemoryCalls(LEASE_MS, sabotage);
  const one = createScriptedLiveKit();
  const two = createScriptedLiveKit();
  const logger = createLogger({ service: 'test', level: 'silent' });
  const alive = new Set<Process>();

  const kase: CarryOutCase = {
    calls,
    one,
    two,
    departures: [],
    dialMode: 'dispatcher',
    sipCodesOf: async () => ({}),
    trunkFailures: [],
    credential: credentialOf(FIRST, 'dispatcher', SECRET),
    storedSecret: SECRET,
    rereads: 0,
    switchedOff: new Set(),
    databaseFailures: 0,
    start() {
      let isDead = false;
      const sent: string[] = [];
      let running = Promise.resolve();
      let goOn = (): void => undefined;
      const never = new Promise<never>(() => undefined);
      /** A killed process neither sends nor writes, and hears nothing. */
      const mortal = <T extends object>(object: T): T =>
        new Proxy(object, {
          get(target, name) {
            const value = Reflect.get(target, name) as unknown;
            if (typeof value !== 'function') return value;
            return (...args: unknown[]) => {
              if (isDead) return never;
              if (CHANGING.includes(String(name))) sent.push(String(name));
              const result: unknown =
                name === 'clockSkewMs'
                  ? Reflect.apply(value, target, args)
                  : running.then(() => Reflect.apply(value, target, args) as unknown);
              if (!(result instanceof Promise)) return result;
              return result.then(
                (reply: unknown) => {
                  if (isDead) return never;
                  const isPlain = typeof reply !== 'object' || reply === null || !('send' in reply);
                  return isPlain ? reply : mortal(reply);
                },
                (error: unknown) => (isDead ? never : Promise.reject(error as Error)),
              );
            };
          },
        });
      const repository = mortal(calls);
      const feed = createCallFeed({ eventsAfter: (seen) => repository.eventsAfter(seen), pollMs: 10, logger });
      const inProgress = createCallsInProgress({
        calls: repository,
        feed,
        logger,
        timing: { ...SHORT, ...timing },
        leaseMs: LEASE_MS,
        takeOverMs: 50,
        maxCalls: MAX_CALLS,
        connect: ({ url, apiSecret }) => mortal(openedWith(apiSecret, url === FIRST ? one : two)),
        readCredential: async (_, { serverUrl }) => {
          if (kase.switchedOff.has(serverUrl)) throw configChanged();
          return credentialOf(serverUrl, kase.dialMode, kase.storedSecret);
        },
        followCredential: async (_, { serverUrl }) => {
          kase.rereads++;
          if (kase.databaseFailures > 0) {
            kase.databaseFailures--;
            throw new DatabaseUnavailableError('scripted');
          }
          return deploymentCredentialOf(serverUrl, kase.storedSecret);
        },
        agentAccess: async () => ({ address: '127.0.0.1:1', token: 'token' }),
        departures: async () => kase.departures,
        sipCodesOf: (call, target) => kase.sipCodesOf(call, target),
        health: { trunkFailed: (_, __, reason) => void kase.trunkFailures.push(reason) },
        onOver: () => undefined,
      });
      const process: Process = {
        inProgress,
        feed,
        sent,
        pause() {
          running = new Promise((resolve) => (goOn = resolve));
        },
        goOn: () => goOn(),
        kill: () => {
          isDead = true;
          alive.delete(process);
        },
      };
      alive.add(process);
      return process;
    },
    async place({ inProgress }, change) {
      const call = newCall({ ...TARGETS, ...change });
      const askedAt = performance.now();
      const accepted = await calls.accept(
        TENANT,
        { key: '', requestHash: '' },
        call,
        newAttempt(call.id, kase.dialMode),
      );
      if (accepted.kind !== 'accepted') throw new Error('it was not accepted');
      const credential = credentialOf(FIRST, kase.dialMode, kase.storedSecret);
      inProgress.reserve()?.carryOut({ call: accepted.call, lease: accepted.lease, askedAt, credential });
      return call.id;
    },
    left(state, change = () => undefined) {
      const call = newCall(TARGETS);
      return calls.leave(call, newAttempt(call.id, kase.dialMode), (stored) => {
        const attempt = stored.attempts[0];
        if (attempt === undefined) throw new Error('no attempt');
        attempt.state = state;
        if (state !== 'planned') stored.state = state === 'unknown' ? 'unknown' : 'in_progress';
        if (!['planned', 'room_ready'].includes(state)) attempt.agentIdentity = 'agent-AJ_1';
        const isPermitted = ['permitted', 'dialing', 'ringing', 'answered', 'unknown'].includes(state);
        const holder = kase.dialMode === 'claiming' ? 'AJ_1' : 'dispatcher';
        if (isPermitted && kase.dialMode !== 'legacy')
          stored.permit = { attempt: 1, grantedAt: new Date(), holder, nonce: null };
        if (state === 'answered') stored.answeredAt = new Date();
        change(stored);
      });
    },
    async until(callId, holds, ms = 5_000) {
      const giveUpAt = Date.now() + ms;
      for (;;) {
        const call = calls.stored(callId);
        if (holds(call)) return call;
        if (Date.now() > giveUpAt) throw new Error(`it never came so far: ${JSON.stringify(calls.kinds(callId))}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async stop() {
      for (const process of alive) process.goOn();
      await Promise.all([...alive].map(({ inProgress }) => inProgress.settle(0)));
    },
  };
  return kase;
}

const CHANGING = ['createRoom', 'deleteRoom', 'removeParticipant', 'send'];

const TARGETS = {
  ringingTimeoutSeconds: 1,
  targets: [
    { ...TARGET, serverUrl: FIRST },
    { ...TARGET, serverUrl: SECOND },
  ],
};

function credentialOf(url: string, dialMode: DialMode, apiSecret: string): OpenedCredential {
  return { ...deploymentCredentialOf(url, apiSecret), dialMode, jobMetadataTemplate: null };
}

function deploymentCredentialOf(url: string, apiSecret: string): DeploymentCredential {
  return { url, apiKey: 'key', apiSecret };
}

export const roomOf = (callId: string, attempt = 1): string => roomName(callId, attempt);
